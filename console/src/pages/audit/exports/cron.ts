// Times that come again, as they are chosen and as a schedule keeps them.

export interface Beat {
  readonly every: 'day' | 'week' | 'month';
  /** 0 is Sunday. */
  readonly weekday: number;
  readonly day: number;
  /** `06:00` */
  readonly at: string;
}

export function cronOf({ every, weekday, day, at }: Beat): string {
  const [hour = 0, minute = 0] = at.split(':').map(Number);
  if (every === 'day') return `${minute} ${hour} * * *`;
  return every === 'week' ? `${minute} ${hour} * * ${weekday}` : `${minute} ${hour} ${day} * *`;
}

/** What a schedule keeps, where it is one that can be chosen here. */
export function beatOf(cron: string): Beat | undefined {
  const match = /^(\d{1,2}) (\d{1,2}) (\*|\d{1,2}) \* (\*|\d)$/.exec(cron);
  if (!match) return undefined;
  const [, minute = '', hour = '', day = '', weekday = ''] = match;
  const at = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
  if (day !== '*' && weekday !== '*') return undefined;
  const every = day !== '*' ? 'month' : weekday !== '*' ? 'week' : 'day';
  return { every, weekday: weekday === '*' ? 1 : Number(weekday), day: day === '*' ? 1 : Number(day), at };
}
