// Which index a query of the embedded store is answered by, and as how many walks of it.
import { planned } from '../../../../../src/read/stores/embedded/sqlite-plan';

const indexes = [
  { name: 'by_owner', paths: ['type', 'archived', 'owner', 'id'] },
  { name: 'by_change', paths: ['type', 'archived', 'changed', 'id'] },
];
const byId = [{ path: 'id', down: false }];
const owners = Array.from({ length: 20 }, (_, n) => `o${n}`);
const listed = { type: 'deals', archived: false, owner: { $in: owners } };

test('a list of several owners is a walk for each, in the order of ids', () => {
  const { index, parts } = planned(listed, indexes, byId);
  expect([index, parts.map(({ owner }) => owner)]).toEqual(['by_owner', owners]);
});

test('a half of the list, cut by a range of ids, is walked by the same index', () => {
  const half = { $and: [listed, { id: { $lt: 'm' } }] };
  const { index, parts } = planned(half, indexes, byId);
  expect([index, parts.length]).toEqual(['by_owner', 20]);
  expect(parts[0]).toEqual({ ...half, type: 'deals', archived: false, owner: 'o0' });
});

test('more owners than are worth a walk each are none', () => {
  const many = { ...listed, owner: { $in: Array.from({ length: 51 }, (_, n) => `o${n}`) } };
  expect(planned(many, indexes, byId).index).toBeUndefined();
});

test('a walk for each value keeps every other condition on the same path', () => {
  const asked = { type: 'deals', archived: false, $and: [{ owner: { $in: ['o1', 'o2'] } }] };
  for (const held of [{ $gt: 'o1' }, { $in: [] }, { $ne: 'o2' }]) {
    const { index, parts } = planned({ ...asked, owner: held }, indexes, byId);
    expect([index, parts.length]).toEqual(['by_owner', 2]);
    for (const part of parts) expect(JSON.stringify(part)).toContain(JSON.stringify(held));
  }
});
