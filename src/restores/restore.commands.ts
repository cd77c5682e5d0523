// Commands that execute a restore plan, and cancel a restore.
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { asAsked, metaOf, newId, stepOf, type CommandContext } from '../caller';
import { mapConcurrently } from '../crm/map-concurrently';
import { ObjectTypes } from '../crm/schemas/object-types-known';
import type { Meta } from '../eventsourcing/event';
import { Streams } from '../eventsourcing/streams';
import { VerifySecondFactor } from '../identity/second-factors/second-factor.commands';
import { Refusal } from '../refusals';
import { askForApproval, passes } from './plans/approval.decider';
import { Guards } from './plans/guards';
import { executable, markExecuted, restorePlan, restorePlanStream, type Plan } from './plans/plan.decider';
import type { ExecuteRequest } from './restore.bodies';
import {
  abandonRestore,
  ACCOUNT_RESTORES,
  accountRestores,
  cancelRestore,
  requestRestore,
  restore,
  restoreStream,
  takeTurn,
  type AccountRestores,
} from './restore.decider';

export interface RestoreRequested {
  readonly restoreId: string;
  readonly position: bigint;
}

export class ExecutePlan extends Command<RestoreRequested> {
  constructor(
    readonly planId: string,
    readonly body: ExecuteRequest,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

/**
 * Milliseconds that a request may take from taking the turn to recording its restore, before it counts as broken off.
 */
const REQUEST_MS = 30_000;

@CommandHandler(ExecutePlan)
export class ExecutePlanHandler implements ICommandHandler<ExecutePlan> {
  constructor(
    private readonly streams: Streams,
    private readonly commands: CommandBus,
    private readonly objectTypes: ObjectTypes,
    private readonly guards: Guards,
  ) {}

  /**
   * Takes the account's turn, then records the restore, then marks the plan as executed. After a crash, the restore's
   * job makes up for a missing mark, and the next request takes over a turn without a restore.
   */
  async execute({ planId, body, asked }: ExecutePlan): Promise<RestoreRequested> {
    const restoreId = await newId(asked.command);
    const meta = metaOf(asked);
    if (asked.command.mayRepeat) {
      const done = await this.requestedBefore(restoreId);
      if (done) return done;
    }
    const plan = await this.streams.load(restorePlan, restorePlanStream(planId));
    const executed = executable(plan.state, meta.at);
    const { requested, ready } = executed;
    const guard = await this.guards.of(executed.asker);
    const ask = (state: Plan) => askForApproval(state, guard);
    await this.streams.change(restorePlan, restorePlanStream(planId), ask, stepOf(meta));
    const pass = passes(executed, guard);
    checkConfirmed(body, pass === 'alone');
    const approval = pass === 'alone' ? { kind: 'none' as const, reason: body.confirm.reason! } : pass;
    const find = await this.objectTypes.finder();
    const { over, own } = await this.turn(restoreId, meta);
    // A repeat that has its turn already had its code accepted when it took it. Of whoever came by single sign-on the
    // provider has asked all that there is to ask.
    if (!own && asked.caller.client.loginType !== 'SSO')
      await this.commands.execute(new VerifySecondFactor(body.totp, asked));
    const options = { mayRepeat: asked.command.mayRepeat };
    await this.streams.change(
      accountRestores,
      ACCOUNT_RESTORES,
      (state) => takeTurn(state, restoreId, over),
      meta,
      options,
    );
    const imports = await mapConcurrently(
      Object.entries(ready.summary.byObject),
      async ([objectType, rows], index) => ({
        importId: await newId(asked.command, index + 1),
        objectType,
        name: `Data Restore - ${find(objectType)?.label ?? objectType}`,
        rows,
      }),
    );
    const { position } = await this.streams.change(
      restore,
      restoreStream(restoreId),
      (state) =>
        requestRestore(state, {
          restoreId,
          planId,
          position: requested.position,
          planFile: ready.file,
          planSha256: ready.sha256,
          rows: ready.rows,
          imports,
          ...(approval && { approval }),
        }),
      meta,
      options,
    );
    await this.streams.change(
      restorePlan,
      restorePlanStream(planId),
      (state) => markExecuted(state, restoreId),
      meta,
      options,
    );
    return { restoreId, position };
  }

  private async requestedBefore(restoreId: string): Promise<RestoreRequested | undefined> {
    const { state, position } = await this.streams.load(restore, restoreStream(restoreId));
    return state.status === 'none' ? undefined : { restoreId, position };
  }

  /**
   * Refuses with `restore-in-progress` where another restore runs. `over` is a restore that still holds the turn though
   * it has ended.
   */
  private async turn(restoreId: string, meta: Meta): Promise<{ over?: string; own: boolean }> {
    const { running } = (await this.streams.load(accountRestores, ACCOUNT_RESTORES)).state;
    if (!running) return { own: false };
    if (running.restoreId === restoreId) return { own: true };
    if (!(await this.isOver(running, meta))) throw new Refusal('restore-in-progress');
    return { over: running.restoreId, own: false };
  }

  private async isOver(
    { restoreId, since }: NonNullable<AccountRestores['running']>,
    meta: Meta,
  ): Promise<boolean> {
    const stream = restoreStream(restoreId);
    const { state } = await this.streams.load(restore, stream);
    if (state.status !== 'none') return state.status === 'ended';
    if (Date.parse(meta.at) - Date.parse(since) < REQUEST_MS) return false;
    const closed = await this.streams.change(restore, stream, (now) => abandonRestore(now, restoreId), meta);
    return closed.state.status === 'ended';
  }
}

const BOXES = {
  changesData: 'it changes data',
  overwritesValues: 'what it overwrites is only kept in the history',
} as const;

const ALONE =
  'confirm.reason must be given: the plan is above the threshold of the account, and there is no second super admin to approve it';

function checkConfirmed({ confirm }: ExecuteRequest, needsReason: boolean): void {
  const missing = (Object.keys(BOXES) as (keyof typeof BOXES)[]).filter((box) => !confirm[box]);
  const lacks = missing.map((box) => [box, `confirm.${box} must be true: ${BOXES[box]}`]);
  if (needsReason && !confirm.reason?.trim()) lacks.push(['reason', ALONE]);
  if (lacks.length === 0) return;
  const errors = lacks.map(([box, message]) => ({
    message: message!,
    code: 'CONFIRMATION_MISSING',
    in: `confirm.${box}`,
  }));
  throw new Refusal('restore-not-confirmed', {
    message: errors.map(({ message }) => message).join('; '),
    errors,
  });
}

export class CancelRestore extends Command<bigint> {
  constructor(
    readonly restoreId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(CancelRestore)
export class CancelRestoreHandler implements ICommandHandler<CancelRestore> {
  constructor(private readonly streams: Streams) {}

  async execute({ restoreId, asked }: CancelRestore): Promise<bigint> {
    const { position } = await this.streams.change(
      restore,
      restoreStream(restoreId),
      cancelRestore,
      ...asAsked(asked),
    );
    return position;
  }
}
