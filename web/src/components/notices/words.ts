/** What a notice of the server says, and where it leads. */
import {
  BellRing,
  KeyRound,
  LogIn,
  type LucideIcon,
  MailCheck,
  ShieldCheck,
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
    default:
      return { icon: BellRing, text: translate('notices.kind.other', { kind: kind.replaceAll('_', ' ') }), to: null };
  }
}
