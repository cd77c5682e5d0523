// Reads what a clock on the wall shows in a time zone, and shows instants as such a clock does.

const parts = (at: number, zone: string): Record<string, number> =>
  Object.fromEntries(
    new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      ...{
        year: 'numeric',
        month: '2-digit',
        day: '2-digit',
        hour: '2-digit',
        minute: '2-digit',
        second: '2-digit',
      },
    })
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );

/** The wall clock of a zone at an instant, in milliseconds as if it were that of UTC. */
function wallTime(at: number, zone: string): number {
  const { year, month, day, hour, minute, second } = parts(at, zone);
  return Date.UTC(year!, month! - 1, day, hour, minute, second);
}

/** `2026-12-01T14:30` as the zone's clocks show an instant; what a field of the kind `datetime-local` holds. */
export const wallOf = (at: string | number | Date, zone: string): string =>
  new Date(wallTime(new Date(at).getTime(), zone)).toISOString().slice(0, 16);

/** The instant at which the zone's clocks show `2026-12-01T14:30`; of an hour that comes twice, the first. */
export function instantOf(wall: string, zone: string): string | undefined {
  const asUtc = Date.parse(`${wall.length === 10 ? `${wall}T00:00` : wall}Z`);
  if (Number.isNaN(asUtc)) return undefined;
  const guess = asUtc - (wallTime(asUtc, zone) - asUtc);
  const mended = asUtc - (wallTime(guess, zone) - guess);
  return new Date(mended).toISOString();
}

/** The day, as `2026-12-01`, that it is in a zone. */
export const dayOf = (at: string | number | Date, zone: string): string => wallOf(at, zone).slice(0, 10);

/** A day so many days later. */
export const dayAfter = (day: string, days = 1): string =>
  new Date(Date.parse(`${day}T00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
