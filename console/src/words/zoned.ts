// Reads and writes times of the clock in a zone: what is typed into a field is meant in the reader's zone, whatever the
// browser's may be.

/** Milliseconds by which the clocks of a zone are ahead of UTC at an instant. */
function ahead(instant: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  }).formatToParts(instant);
  const part = (wanted: string) => Number(parts.find(({ type }) => type === wanted)!.value);
  const shown = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return shown - Math.floor(instant / 1000) * 1000;
}

/** `2026-05-31T14:30[:15]` on the clocks of a zone as an instant; of an hour that comes twice, the first. */
export function instantOf(local: string, timeZone: string): string | undefined {
  const asUtc = Date.parse(`${local.length === 10 ? `${local}T00:00` : local}Z`);
  if (Number.isNaN(asUtc)) return undefined;
  const first = asUtc - ahead(asUtc, timeZone);
  return new Date(asUtc - ahead(first, timeZone)).toISOString();
}

/** An instant as `2026-05-31T14:30:15` on the clocks of a zone. */
export function localOf(instant: string | number | Date, timeZone: string): string {
  const at = new Date(instant).getTime();
  return new Date(at + ahead(at, timeZone)).toISOString().slice(0, 19);
}

/** The day, `2026-05-31`, that it is in a zone. */
export const dayOf = (instant: string | number | Date, timeZone: string): string =>
  localOf(instant, timeZone).slice(0, 10);
