// What both document stores promise about documents, checkpoints, scans and small state.
import { PAGE_BYTES, WriteConflict, type Doc } from '../../src/read/document-store';
import { ofEachStore } from './document-stores';

ofEachStore((world) => {
  describe('documents', () => {
    const doc = {
      id: 'a/1',
      text: 'Ünï “quoted” \u0000\n日本 🙂',
      n: { list: [1, 'two', null, { deep: true }], zero: 0, big: 2 ** 53 - 1, half: -0.5, none: null },
      'dotted.key': { $odd: 1 },
    };

    test('come back as they were written, with their stamps', async () => {
      const name = await world.filled([doc]);
      expect(await world.store.getMany(name, ['a/1', 'missing'])).toEqual(
        new Map([['a/1', { id: 'a/1', stamp: 1n, doc }]]),
      );
      expect((await world.store.find(name, { limit: 1 })).docs).toEqual([doc]);
    });

    test('are found by many ids at once', async () => {
      const docs = Array.from({ length: 1_200 }, (_, i) => ({ id: `d${i}`, n: i }));
      const name = await world.filled(docs);
      const found = await world.store.getMany(name, [...docs.map(({ id }) => id), 'missing']);
      expect(found.size).toBe(docs.length);
      expect(found.get('d777')?.doc).toEqual({ id: 'd777', n: 777 });
    });

    test('that are large are looked up and scanned a few at a time, and none is left out', async () => {
      const bytes = 50_000;
      const docs = Array.from({ length: 300 }, (_, i) => ({
        ...{ id: `d${String(i).padStart(3, '0')}`, text: i < 100 ? 'x' : 'x'.repeat(bytes) },
      }));
      const ids = docs.map(({ id }) => id);
      const name = await world.filled(docs);
      const few = (some: Iterable<string>) =>
        expect([...some].filter((id) => id >= 'd100').length).toBeLessThan((2 * PAGE_BYTES) / bytes);
      for (let rest = [...ids, 'missing']; rest.length > 0;) {
        const { found, looked } = await world.store.getSome(name, rest);
        few(found.keys());
        expect([...found.keys()].sort()).toEqual(rest.slice(0, looked).filter((id) => id !== 'missing'));
        rest = rest.slice(looked);
      }
      expect([...(await world.store.getMany(name, ids)).keys()].sort()).toEqual(ids);
      const scanned: string[] = [];
      for await (const page of world.store.scan(name)) {
        few(page.map(({ id }) => id));
        scanned.push(...page.map(({ id }) => id));
      }
      expect(scanned).toEqual(ids);
    });

    test('keep positions of 63 bits', async () => {
      const name = await world.filled([]);
      const stamp = 2n ** 63n - 2n;
      await world.store.write(name, [{ id: 'x', stamp, loaded: undefined, doc: { id: 'x' } }], {
        name,
        from: 0n,
        to: stamp,
      });
      expect((await world.store.getMany(name, ['x'])).get('x')?.stamp).toBe(stamp);
      expect(await world.store.checkpoint(name)).toBe(stamp);
    });

    test('are changed only over the stamp they were loaded with', async () => {
      const name = await world.filled([{ id: 'x' }]);
      const changed: Doc & { changed: boolean } = { id: 'x', changed: true };
      const write = (loaded: bigint | undefined, from: bigint, gone = false) =>
        world.store.write(name, [{ id: 'x', stamp: from + 1n, loaded, ...(!gone && { doc: changed }) }], {
          ...{ name, from, to: from + 1n },
        });
      await expect(write(undefined, 1n)).rejects.toThrow(WriteConflict);
      await expect(write(7n, 1n)).rejects.toThrow(WriteConflict);
      await expect(write(7n, 1n, true)).rejects.toThrow(WriteConflict);
      expect((await world.store.getMany(name, ['x'])).get('x')).toEqual({
        id: 'x',
        stamp: 1n,
        doc: { id: 'x' },
      });
      await write(1n, 1n);
      expect((await world.store.getMany(name, ['x'])).get('x')?.doc).toEqual(changed);
    });

    test('leave tombstones that keep their stamp, are never found, and come to life again', async () => {
      const name = await world.filled([{ id: 'x' }, { id: 'y' }]);
      const at = (from: bigint) => ({ name, from, to: from + 1n });
      await world.store.write(
        name,
        [
          { id: 'x', stamp: 3n, loaded: 1n },
          { id: 'z', stamp: 3n, loaded: undefined },
        ],
        at(2n),
      );
      expect((await world.store.getMany(name, ['x', 'z'])).get('x')).toEqual({ id: 'x', stamp: 3n });
      expect((await world.store.find(name, { limit: 9 })).docs).toEqual([{ id: 'y' }]);
      expect((await world.store.find(name, { filter: { a: { $ne: 1 } }, limit: 9 })).docs).toEqual([
        { id: 'y' },
      ]);
      expect(await world.store.count(name)).toBe(1);
      expect(await world.store.count(name, { a: null })).toBe(1);
      expect((await world.scanned(name)).map(({ id, doc }) => [id, doc !== undefined])).toEqual([
        ['x', false],
        ['y', true],
        ['z', false],
      ]);
      await expect(
        world.store.write(name, [{ id: 'x', stamp: 4n, loaded: undefined, doc: { id: 'x' } }], at(3n)),
      ).rejects.toThrow(WriteConflict);
      await world.store.write(name, [{ id: 'x', stamp: 4n, loaded: 3n, doc: { id: 'x' } }], {
        ...{ name, from: await world.store.checkpoint(name) },
        to: 4n,
      });
      await world.store.write(name, [{ id: 'z', stamp: 5n, loaded: 3n }], at(4n));
      expect((await world.store.getMany(name, ['x', 'z'])).get('z')).toEqual({ id: 'z', stamp: 5n });
      expect(await world.store.count(name)).toBe(2);
    });

    test('are swept when they are tombstones up to a position', async () => {
      const name = await world.filled([{ id: 'w' }, { id: 'x' }, { id: 'y' }]);
      await world.store.write(
        name,
        [
          { id: 'x', stamp: 4n, loaded: 2n },
          { id: 'y', stamp: 5n, loaded: 3n },
        ],
        {
          ...{ name, from: 3n, to: 5n },
        },
      );
      await world.store.sweep(name, 4n);
      expect([...(await world.store.getMany(name, ['w', 'x', 'y'])).keys()].sort()).toEqual(['w', 'y']);
    });
  });

  describe('checkpoints', () => {
    test('move only from where they are', async () => {
      const name = await world.filled([]);
      const move = (from: bigint | undefined, to: bigint) => world.store.write(name, [], { name, from, to });
      await expect(move(undefined, 1n)).rejects.toThrow(WriteConflict);
      await expect(move(3n, 4n)).rejects.toThrow(WriteConflict);
      await move(0n, 9n);
      expect(await world.store.checkpoint(name)).toBe(9n);
      await world.store.dropCheckpoint(name);
      expect(await world.store.checkpoint(name)).toBeUndefined();
      await move(undefined, 2n);
    });
  });

  describe('scans', () => {
    const docs = Array.from({ length: 1_300 }, (_, i) => ({ id: `a/${String(i).padStart(5, '0')}`, n: i }));

    test('give everything in the order of ids, in pages, also to a reader beside the writer', async () => {
      const name = await world.filled([
        ...docs.slice(600),
        ...docs.slice(0, 600),
        { id: 'b/1' },
        { id: 'A' },
      ]);
      const ids = ['A', ...docs.map(({ id }) => id), 'b/1'];
      const again = await world.opened.again();
      try {
        expect((await world.scanned(name)).map(({ id }) => id)).toEqual(ids);
        expect((await world.scanned(name, {}, again)).map(({ id }) => id)).toEqual(ids);
        expect((await again.find(name, { limit: 2 })).docs.map(({ id }) => id)).toEqual(['A', 'a/00000']);
      } finally {
        await again.close();
      }
    });

    test('give a range, its beginning included and its end not', async () => {
      const name = await world.filled(docs);
      const found = await world.scanned(name, { from: 'a/00100', to: 'a/00103' });
      expect(found.map(({ id }) => id)).toEqual(['a/00100', 'a/00101', 'a/00102']);
      expect(found[0]).toEqual({ id: 'a/00100', stamp: 101n, doc: docs[100] });
    });

    test('miss no document that stays while others come and go', async () => {
      const name = await world.filled(docs);
      const seen: string[] = [];
      let position = BigInt(docs.length);
      for await (const page of world.store.scan(name)) {
        seen.push(...page.map(({ id }) => id));
        const last = page.at(-1)!.id;
        const writes = [
          { id: `${last}!`, stamp: position + 1n, loaded: undefined },
          { id: `A${position}`, stamp: position + 1n, loaded: undefined, doc: { id: `A${position}` } },
        ].filter(() => seen.length < docs.length + 20);
        await world.store.write(name, writes, { name, from: position, to: ++position });
      }
      expect(seen.filter((id) => /^a\/\d+$/.test(id))).toEqual(docs.map(({ id }) => id));
    });
  });

  describe('state', () => {
    test('is set when it is still what was expected', async () => {
      const key = world.newName();
      expect(await world.store.getState(key)).toBeUndefined();
      expect(await world.store.compareAndSet(key, { a: 1 }, { a: 2 })).toBe(false);
      expect(await world.store.compareAndSet(key, undefined, { a: 1 })).toBe(true);
      expect(await world.store.compareAndSet(key, undefined, { a: 2 })).toBe(false);
      expect(await world.store.compareAndSet(key, { a: 1 }, { a: 2, b: ['x', null] })).toBe(true);
      expect(await world.store.getState(key)).toEqual({ a: 2, b: ['x', null] });
      await world.store.setState(key, 'now a text');
      expect(await world.store.compareAndSet(key, 'now a text', undefined)).toBe(true);
      expect(await world.store.compareAndSet(key, undefined, undefined)).toBe(true);
      expect(await world.store.getState(key)).toBeUndefined();
    });

    test('has one winner of many', async () => {
      const key = world.newName();
      const won = await Promise.all(
        Array.from({ length: 20 }, (_, i) => world.store.compareAndSet(key, undefined, i)),
      );
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await world.store.getState(key)).toBe(won.indexOf(true));
    });
  });

  describe('collections', () => {
    test('are made once, indexed later, listed and dropped', async () => {
      const spec = { name: world.newName(), indexes: [['a']] };
      await world.store.ensure(spec, 'later');
      await world.store.ensure(spec, 'now');
      await world.store.ensure(spec, 'now');
      expect(await world.store.collections()).toContain(spec.name);
      await world.store.drop(spec.name);
      await world.store.drop(spec.name);
      expect(await world.store.collections()).not.toContain(spec.name);
      await world.store.ensure({ ...spec, indexes: [['b']] });
      expect(await world.store.count(spec.name)).toBe(0);
    });
  });
});
