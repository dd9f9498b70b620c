import { describe, expect, it } from 'vitest';
import { noticeWords } from './words';

describe('the words of a notice', () => {
  it('name who waits, and lead to them', () => {
    const words = noticeWords({ kind: 'somebody_waits', details: { user_id: 7, username: 'ada' } });
    expect(words.text).toContain('ada');
    expect(words.to).toEqual({ name: 'settings-member', params: { id: 7 } });
  });

  it('tell letting in from unblocking', () => {
    const letIn = noticeWords({ kind: 'standing_changed', details: { standing: 'active', before: 'waiting' } });
    const unblocked = noticeWords({ kind: 'standing_changed', details: { standing: 'active', before: 'blocked' } });
    expect(letIn.text).not.toBe(unblocked.text);
  });

  it('name the device and the network of a new sign-in', () => {
    const details = { client: 'Firefox on Linux', network: '192.0.2.4' };
    const { text } = noticeWords({ kind: 'new_sign_in', details });
    expect(text).toContain('Firefox on Linux');
    expect(text).toContain('192.0.2.4');
    expect(noticeWords({ kind: 'new_sign_in', details: {} }).text).toContain('Unknown device');
  });

  it('are there for kinds that this page does not know yet', () => {
    const words = noticeWords({ kind: 'something_new', details: {} });
    expect(words.text).toContain('something new');
    expect(words.to).toBeNull();
  });
});
