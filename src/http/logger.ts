// The log of the process (not that of events): JSON lines. What is written is chosen field by field, so that no body,
// query value or token gets there.
import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger, pino } from 'pino';
import type { Config } from '../config';
import { traceOf } from '../supervision/faults';

/** `destination` is where tests listen; standard output by default. */
export const createLogger = (config: Pick<Config, 'LOG_LEVEL'>, destination?: DestinationStream): Logger =>
  pino(
    {
      level: config.LOG_LEVEL,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      // pino's own serializer would write the error's message.
      serializers: { err: traceOf },
    },
    destination,
  );

/** Nest's own lines (modules, routes) are of use to its developers only: they are logged as debug. */
export class NestLog implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.logger.debug({ context: rest.at(-1) }, String(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    const thrown = [message, ...rest].find((part) => part instanceof Error);
    // Logged as by Strata's own code: the error, then what failed.
    if (isCaught(message)) this.logger.error({ context, ...traceOf(message.err) }, String(rest[0]));
    else if (thrown) this.logger.error({ context, ...traceOf(thrown) });
    else this.logger.error({ context }, String(message));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.logger.warn({ context: rest.at(-1) }, String(message));
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.logger.debug({ context: rest.at(-1) }, String(message));
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.logger.trace({ context: rest.at(-1) }, String(message));
  }
}

const isCaught = (message: unknown): message is { readonly err: unknown } =>
  typeof message === 'object' && message !== null && 'err' in message;
