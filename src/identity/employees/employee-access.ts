// Whether employees of the vendor may come in, and whether a session of one still counts: asked of the log at each
// token, so that what was withdrawn is withdrawn in every process.
import { Injectable } from '@nestjs/common';
import { Config } from '../../config';
import { Streams } from '../../eventsourcing/streams';
import { StoreUnavailable } from '../../store-unavailable';
import {
  ACCOUNT_EMPLOYEES,
  employeeAccess,
  isOpen,
  type EmployeeAccessState,
} from './employee-access.decider';

@Injectable()
export class EmployeeAccess {
  /** As last read: what counts while the log cannot be read, and so cannot have changed either. */
  private last: EmployeeAccessState | undefined;

  constructor(
    private readonly streams: Streams,
    private readonly config: Config,
  ) {}

  /** Without the vendor's keys nobody comes in, and nobody stays. */
  get isSetUp(): boolean {
    return this.config.EMPLOYEE_KEYS !== undefined;
  }

  async now(): Promise<EmployeeAccessState> {
    try {
      return (this.last = (await this.streams.load(employeeAccess, ACCOUNT_EMPLOYEES)).state);
    } catch (error) {
      if (error instanceof StoreUnavailable && this.last) return this.last;
      throw error;
    }
  }

  /**
   * Until when a session counts that began while access was given for the `allowance`th time, milliseconds since the
   * epoch; undefined where it counts no more.
   */
  async lets(allowance: number, now = Date.now()): Promise<number | undefined> {
    if (!this.isSetUp) return undefined;
    const state = await this.now();
    if (state.allowance !== allowance || !isOpen(state, now)) return undefined;
    return state.until === null ? Infinity : Date.parse(state.until);
  }
}
