import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query';
import { flushPromises, mount } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defineComponent, h } from 'vue';
import type { Window } from '@/api/catalogue';
import { useSparseList } from './sparse-list';

type List = ReturnType<typeof useSparseList<string>>;

/** As many names as `total` says, each with what is `added` to it. */
const library = { total: 0, added: '' };
const fetchPage = vi.fn();

function opened(options: { drawn?: boolean } = {}) {
  const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: 60_000, retry: false } } });
  let list = {} as List;
  const page = defineComponent(() => {
    list = useSparseList<string>({ queryKey: ['songs', 'list'], fetchPage, drawn: () => options.drawn ?? false });
    return () => h('p', list.itemAt(0));
  });
  const wrapper = mount(page, { global: { plugins: [[VueQueryPlugin, { queryClient }]] } });
  return { queryClient, list, wrapper };
}

const settled = async () => {
  await vi.advanceTimersByTimeAsync(200);
  await flushPromises();
};
const askedFor = () => fetchPage.mock.calls.map(([{ offset }]) => offset);

beforeEach(() => {
  vi.useFakeTimers();
  Object.assign(library, { total: 1000, added: '' });
  fetchPage.mockReset();
  fetchPage.mockImplementation(async ({ limit, offset }: Window) => {
    const { total, added } = library;
    const names = Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, at) => offset + at);
    return { items: names.map((name) => `${name}${added}`), total };
  });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a long list that is invalidated', () => {
  it('reads what is looked at once, in place, and the rest when it is looked at', async () => {
    const { queryClient, list } = opened();
    await settled();
    list.show(480, 520);
    await settled();
    fetchPage.mockClear();
    library.added = ' new';
    for (let turn = 0; turn < 5; turn += 1) void queryClient.invalidateQueries({ queryKey: ['songs'] });
    expect(list.itemAt(500)).toBe('500');
    await settled();
    expect(askedFor()).toEqual([400, 500]);
    expect([list.itemAt(480), list.itemAt(500), list.itemAt(0)]).toEqual(['480 new', '500 new', '0']);
    list.show(0, 20);
    await settled();
    expect(askedFor()).toEqual([400, 500, 0]);
    expect(list.itemAt(0)).toBe('0 new');
  });

  it('is read when whoever invalidates it is through, and drops what lies beyond a smaller total', async () => {
    const { queryClient, list } = opened();
    await settled();
    list.show(480, 520);
    await settled();
    library.total = 130;
    const told = queryClient.invalidateQueries();
    await vi.advanceTimersByTimeAsync(150);
    await told;
    expect([list.total.value, list.itemAt(480), list.itemAt(500)]).toEqual([130, undefined, undefined]);
  });

  it('asks again where an answer was asked for before the change', async () => {
    const { queryClient, list } = opened();
    library.added = ' new';
    void queryClient.invalidateQueries();
    await settled();
    expect([askedFor(), list.itemAt(0)]).toEqual([[0, 0], '0 new']);
  });

  it('keeps its rows where the server does not answer, and tries again', async () => {
    const { queryClient, list } = opened();
    await settled();
    fetchPage.mockRejectedValueOnce(new Error('No connection.'));
    void queryClient.invalidateQueries();
    await settled();
    expect([list.itemAt(0), list.error.value]).toEqual(['0', null]);
    library.added = ' new';
    list.show(0, 5);
    await settled();
    expect(list.itemAt(0)).toBe('0 new');
  });

  it('hears of it after hours, when the cache has forgotten the pages', async () => {
    const { queryClient, list } = opened();
    await settled();
    await vi.advanceTimersByTimeAsync(3 * 60 * 60_000);
    library.added = ' new';
    void queryClient.invalidateQueries();
    await settled();
    expect(list.itemAt(0)).toBe('0 new');
  });

  it('asks nothing once it is left, nor where the order would be drawn anew', async () => {
    const left = opened();
    const drawn = opened({ drawn: true });
    await settled();
    fetchPage.mockClear();
    void left.queryClient.invalidateQueries();
    left.wrapper.unmount();
    void left.queryClient.invalidateQueries();
    void drawn.queryClient.invalidateQueries();
    await settled();
    expect(fetchPage).not.toHaveBeenCalled();
  });
});
