// Folding events into a state.
import { fold, type Decider } from '../../../src/eventsourcing/decider';
import { recorded } from '../../support/spec';

type DoorEvents = { 'door.opened.v1': { by: string }; 'door.closed.v1': object };
const door: Decider<{ open: boolean; log: string[] }, DoorEvents> = {
  initial: { open: false, log: [] },
  evolve: {
    'door.opened.v1': ({ log }, { by }, { revision, meta }) => ({
      open: true,
      log: [...log, `${revision} ${by} ${meta.at}`],
    }),
    'door.closed.v1': ({ log }) => ({ open: false, log }),
  },
};
const scenes = recorded<DoorEvents>([
  { type: 'door.opened.v1', data: { by: 'Ann' } },
  { type: 'door.closed.v1', data: {} },
  { type: 'door.opened.v1', data: { by: 'Bob' } },
]);

test('each event is one step, with its payload, revision and metadata', () =>
  expect(fold(door, door.initial, scenes)).toEqual({
    open: true,
    log: ['0 Ann 2024-05-01T10:00:00.000Z', '2 Bob 2024-05-01T10:00:00.000Z'],
  }));

test('a state can be folded on from where it stands', () =>
  expect(fold(door, fold(door, door.initial, scenes.slice(0, 2)), scenes.slice(2))).toEqual(
    fold(door, door.initial, scenes),
  ));

test('an event that the decider does not know is an error, never skipped', () => {
  const painted = { ...scenes[0]!, type: 'door.painted.v1' } as unknown as (typeof scenes)[number];
  expect(() => fold(door, door.initial, [painted])).toThrow('door.painted.v1');
});
