// A chore is data to whoever writes one: Nest starts it, in workers only, and stops it.
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Config } from '../../../src/config';
import { Chore } from '../../../src/jobs/chore';
import type { Round } from '../../../src/supervision/aside';
import { FaultReports } from '../../../src/supervision/faults';
import { FaultsSeen } from '../../support/faults-seen';

class Failing extends Chore {
  protected readonly part = 'chore:plans';
  protected override readonly everyMs = 1;
  readonly rounds: Round[] = [];

  async sweep(round: Round): Promise<void> {
    this.rounds.push(round);
    throw new Error('as always');
  }
}

async function started(role: Config['ROLE'][number]) {
  const faults = new FaultsSeen();
  const provided = [
    { provide: Config, useValue: { ROLE: [role] } },
    { provide: FaultReports, useValue: faults },
  ];
  @Module({ providers: [Failing, ...provided] })
  class Root {}
  const app = await NestFactory.createApplicationContext(Root, { logger: false });
  return { app, faults, chore: app.get(Failing) };
}

test('a worker goes round, whatever a round ends with, until it stops', async () => {
  const { app, faults, chore } = await started('worker');
  await faults.seen('chore:plans', 3);
  await app.close();
  expect(chore.rounds.every(({ signal }) => signal.aborted)).toBe(true);
});

test('others do not', async () => {
  const { app, chore } = await started('api');
  expect(chore.rounds).toEqual([]);
  await app.close();
});
