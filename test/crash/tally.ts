// The crash suite's count of kills by kind of job and pass, and of what was lost or doubled.

/** What a kind of job was asked for: how much, and what of it is missing or is there more than once. */
export interface Ledger {
  readonly asked: number;
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
}

/**
 * Counts how often each thing asked for is there. A thing that is there without having been asked for counts as
 * doubled.
 */
export function compared(asked: Iterable<string>, there: Iterable<string>): Ledger {
  const counts = new Map([...asked].map((one) => [one, 0]));
  const doubled: string[] = [];
  for (const one of there) {
    const count = counts.get(one);
    if (count !== 0) doubled.push(one);
    if (count !== undefined) counts.set(one, count + 1);
  }
  return {
    asked: counts.size,
    lost: [...counts].filter(([, count]) => count === 0).map(([one]) => one),
    doubled,
  };
}

/** Each with the one that came before it: compared so, their order counts. */
export const inOrder = (all: readonly string[]): string[] =>
  all.map((one, n) => `${all[n - 1] ?? 'begin'} > ${one}`);

export const together = (...ledgers: readonly Ledger[]): Ledger => ({
  asked: ledgers.reduce((sum, { asked }) => sum + asked, 0),
  lost: ledgers.flatMap(({ lost }) => lost),
  doubled: ledgers.flatMap(({ doubled }) => doubled),
});

export class Tally {
  private readonly kills = new Map<string, number>();
  private readonly ledgers = new Map<string, Ledger>();

  constructor(private readonly passes: readonly (readonly [kind: string, pass: string, kills: number])[]) {}

  hit(kind: string, pass: string): void {
    this.kills.set(`${kind}/${pass}`, this.hits(kind, pass) + 1);
  }

  /** Kills of a pass that are still to come. */
  left(kind: string, pass: string): number {
    const row = this.passes.find((one) => one[0] === kind && one[1] === pass);
    return row ? Math.max(0, row[2] - this.hits(kind, pass)) : 0;
  }

  isOpen(kind: string): boolean {
    return this.passes.some((row) => row[0] === kind && this.left(kind, row[1]) > 0);
  }

  settle(kind: string, ledger: Ledger): void {
    this.ledgers.set(kind, ledger);
  }

  get total(): number {
    return [...this.kills.values()].reduce((sum, kills) => sum + kills, 0);
  }

  table(): string {
    const line = (...cells: readonly (string | number)[]) =>
      cells.map((cell, n) => (n < 2 ? String(cell).padEnd(16) : String(cell).padStart(8))).join('');
    const lines = [line('kind', 'pass', 'kills', 'asked', 'lost', 'doubled')];
    const seen = new Set<string>();
    for (const [kind, pass] of this.passes) {
      const ledger = seen.has(kind) ? undefined : this.ledgers.get(kind);
      const counts = ledger ? [ledger.asked, ledger.lost.length, ledger.doubled.length] : [];
      lines.push(line(kind, pass, this.hits(kind, pass), ...counts));
      seen.add(kind);
    }
    const all = together(...this.ledgers.values());
    lines.push(line('total', '', this.total, all.asked, all.lost.length, all.doubled.length));
    return lines.join('\n');
  }

  private hits(kind: string, pass: string): number {
    return this.kills.get(`${kind}/${pass}`) ?? 0;
  }
}
