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

  it('name the device of a new sign-in as a person knows it', () => {
    const client = 'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/145.0';
    const words = noticeWords({ kind: 'new_sign_in', details: { client, network: '192.0.2.4' } });
    expect(words.text).toContain('Firefox on Linux');
    expect(words.text).toContain('192.0.2.4');
  });

  it('are there for kinds that this page does not know yet', () => {
    const words = noticeWords({ kind: 'something_new', details: {} });
    expect(words.text).toContain('something new');
    expect(words.to).toBeNull();
  });
});
