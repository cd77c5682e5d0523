// Between instants and what a clock on the wall of a zone shows, as date pickers read and write it.
import dayjs from 'dayjs';
import timezone from 'dayjs/plugin/timezone';
import utc from 'dayjs/plugin/utc';

dayjs.extend(utc);
dayjs.extend(timezone);

const WALL = 'YYYY-MM-DD HH:mm:ss';

/** The instant (ISO 8601, UTC) at which the clocks of a zone show `wallTime`. */
export const instantIn = (zone: string, wallTime: string): string => dayjs.tz(wallTime, zone).toISOString();

/** What the clocks of a zone show at an instant. */
export const wallTimeIn = (zone: string, instant: string): string => dayjs(instant).tz(zone).format(WALL);
