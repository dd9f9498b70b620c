/** What a notice of the server says, and where it leads. */
import {
  BellRing,
  Eye,
  EyeOff,
  Flag,
  KeyRound,
  LogIn,
  type LucideIcon,
  MailCheck,
  ShieldCheck,
  Trash2,
  UserCheck,
  UserPlus,
} from 'lucide-vue-next';
import type { RouteLocationRaw } from 'vue-router';
import type { ServerNotice } from '@/api/types';
import { translate } from '@/messages';

export interface NoticeWords {
  icon: LucideIcon;
  text: string;
  /** Where one can do something about it. */
  to: RouteLocationRaw | null;
}

const text = (value: unknown) => (typeof value === 'string' ? value : '');

function aboutMember(kind: string, icon: LucideIcon, details: Record<string, unknown>): NoticeWords {
  const id = Number(details.user_id);
  return {
    icon,
    text: translate(`notices.kind.${kind}`, { name: text(details.username) }),
    to: id ? { name: 'settings-member', params: { id } } : null,
  };
}

function newSignIn(details: Record<string, unknown>): NoticeWords {
  const values = {
    device: text(details.client) || translate('security.unknownDevice'),
    network: text(details.network),
  };
  return { icon: LogIn, text: translate('notices.kind.new_sign_in', values), to: { name: 'settings-security' } };
}

/** What became of something of one's own, or of a report. */
function aboutThing(kind: string, icon: LucideIcon, details: Record<string, unknown>): NoticeWords {
  const [name, reason] = [text(details.name), text(details.reason)];
  const outcome = text(details.outcome);
  const words =
    kind === 'report_decided'
      ? translate(`notices.reportDecided.${outcome}`, { name })
      : translate(`notices.kind.${kind}`, { name });
  const subject = text(details.subject);
  const isShown = kind === 'item_restored' && ['album', 'artist', 'playlist'].includes(subject);
  const to = isShown ? { name: subject, params: { id: Number(details.id) } } : { name: 'settings-reports' };
  return { icon, text: reason ? translate('notices.withReason', { words, reason }) : words, to };
}

export function noticeWords({ kind, details }: Pick<ServerNotice, 'kind' | 'details'>): NoticeWords {
  switch (kind) {
    case 'somebody_waits':
      return aboutMember(kind, UserPlus, details);
    case 'artist_asked':
      return aboutMember(kind, UserCheck, details);
    case 'invitation_taken':
      return aboutMember(kind, MailCheck, details);
    case 'role_given': {
      const role = ['admin', 'artist'].includes(text(details.role)) ? text(details.role) : 'user';
      return { icon: ShieldCheck, text: translate(`notices.role.${role}`), to: { name: 'settings-profile' } };
    }
    case 'standing_changed': {
      const isLetIn = details.before === 'waiting' && details.standing === 'active';
      const key = isLetIn ? 'letIn' : text(details.standing) === 'blocked' ? 'blocked' : 'unblocked';
      return { icon: UserCheck, text: translate(`notices.standing.${key}`), to: null };
    }
    case 'new_sign_in':
      return newSignIn(details);
    case 'password_changed':
      return { icon: KeyRound, text: translate('notices.kind.password_changed'), to: { name: 'settings-security' } };
    case 'item_hidden':
      return aboutThing(kind, EyeOff, details);
    case 'item_restored':
      return aboutThing(kind, Eye, details);
    case 'item_removed':
      return aboutThing(kind, Trash2, details);
    case 'report_decided':
      return aboutThing(kind, Flag, details);
    default:
      return { icon: BellRing, text: translate('notices.kind.other', { kind: kind.replaceAll('_', ' ') }), to: null };
  }
}
