/** Commands about a case of moderation: what an admin decides, by button and by key. */
import { Check, Eye, EyeOff, RotateCcw, Trash2 } from 'lucide-vue-next';
import type { Decision } from '@/api/moderation';
import { translate } from '@/messages';
import { useModeration } from '@/stores/moderation';
import { useOverlays } from '@/stores/overlays';
import type { Command, SubjectOf } from './command';

type Case = SubjectOf<'case'>;

const decide = (subject: Case, decision: Decision) => useModeration().decide(subject.case, decision);
const isPerson = (subject: Case) => subject.case.subject === 'user';

/** What lies in a music folder comes back by "Undo"; nothing else does. */
async function remove(subject: Case): Promise<void> {
  const { name } = subject.case;
  const agreed = await useOverlays().ask({
    title: translate('moderation.removeTitle', { name }),
    text: translate(`moderation.removeText.${subject.case.subject}`),
    action: translate('moderation.remove'),
  });
  if (agreed) await decide(subject, 'remove');
}

const isOpen = (subject: Case) => subject.case.state === 'open';

export const caseCommands: Command<'case'>[] = [
  {
    id: 'case-dismiss',
    kind: 'case',
    group: 'moderation',
    icon: Check,
    keys: 'd',
    title: () => translate('moderation.dismiss'),
    applies: (subject) => isOpen(subject) && !subject.case.hidden,
    run: (subject) => decide(subject, 'dismiss'),
  },
  {
    id: 'case-hide',
    kind: 'case',
    group: 'moderation',
    icon: EyeOff,
    keys: 'h',
    title: (subject) =>
      translate(
        isPerson(subject) ? 'moderation.block' : subject.case.hidden ? 'moderation.keepHidden' : 'moderation.hide',
      ),
    applies: (subject) => subject.case.exists && (isOpen(subject) || !subject.case.hidden),
    run: (subject) => decide(subject, 'hide'),
  },
  {
    id: 'case-restore',
    kind: 'case',
    group: 'moderation',
    icon: Eye,
    keys: 'v',
    title: (subject) => translate(isPerson(subject) ? 'moderation.unblock' : 'moderation.restore'),
    applies: (subject) => subject.case.exists && subject.case.hidden,
    run: (subject) => decide(subject, 'restore'),
  },
  {
    id: 'case-remove',
    kind: 'case',
    group: 'moderation',
    icon: Trash2,
    keys: 'x',
    danger: true,
    title: () => translate('moderation.removeAsk'),
    applies: (subject) => subject.case.exists && !isPerson(subject),
    run: remove,
  },
  {
    id: 'case-reopen',
    kind: 'case',
    group: 'moderation',
    icon: RotateCcw,
    keys: 'o',
    title: () => translate('moderation.reopen'),
    applies: (subject) => !isOpen(subject),
    run: (subject) => useModeration().reopen(subject.case.id, false),
  },
];
