// What a command of `strata` is: a file that exports one as `command`, and a row in src/command-line/commands.ts.
import type { ParseArgsConfig } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;
export type Given = Readonly<Record<string, string | boolean | undefined>>;

/** Where a command speaks: each call is one line. */
export interface Say {
  readonly out: (line: string) => void;
  readonly error: (line: string) => void;
  /** On a terminal: draws one line over the one drawn before; undefined takes it away. */
  readonly draw?: (line: string | undefined) => void;
}

/**
 * Asks whoever sits there, and resolves with what they answer, without blanks around it. `hidden`: it is not shown.
 * Throws `UsedWrongly` where nobody answers.
 */
export type Ask = (question: string, how?: { readonly hidden?: boolean }) => Promise<string>;

export interface Command {
  /** Names of what must be given, such as FILE, in order. One in brackets may be left out; one with … is any number. */
  readonly operands: readonly string[];
  /** As `parseArgs` of node:util takes them; none may be given several times. */
  readonly options?: Options;
  /** Lines of its help below the one that says how it is called. */
  readonly help: readonly string[];
  /** Throws `NotTrue` where it is refused or finds something wrong, `UsedWrongly` where it cannot even begin. */
  run(operands: readonly string[], given: Given, say: Say, ask: Ask): Promise<void>;
}

/** Exit codes: a script that calls the command decides by them. */
export const DONE = 0;
export const NOT_TRUE = 1;
export const USED_WRONGLY = 2;

/** It was refused, or what was looked at is not true. The message is one line that names what is wrong. */
export class NotTrue extends Error {}

/** The command was called in a way that it does not know, or with a file that it cannot read. */
export class UsedWrongly extends Error {}
