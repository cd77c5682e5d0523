// Queries for erasures: they tell ids and times, never what the record was.
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { erasures, type ErasureDocument } from '../../projections/erasures';
import { keyIdOf } from '../caller';
import { recordDocumentId } from '../crm/records/record.vocabulary';
import type { Found } from '../read/document-store';
import { type Freshness, ReadModels } from '../read/read-models';
import { Refusal } from '../refusals';

export interface ErasureView {
  readonly objectType: string;
  readonly recordId: string;
  readonly status: ErasureDocument['status'];
  readonly requestedAt: string;
  /** Id of the person who asked for the erasure. */
  readonly requestedBy: string;
  /** Id of the API key through which the person asked. */
  readonly keyId?: string;
  /** ISO time when the erasure is carried out, or was to be; left out where there was no cooling-off. */
  readonly dueAt?: string;
  /** Ids of the legal holds for which it waits though it is due. */
  readonly heldBy?: readonly string[];
  readonly updatedAt: string;
}

const viewOf = (erasure: ErasureDocument): ErasureView => {
  const { objectType, recordId, status, requestedAt, requestedBy: by, dueAt, updatedAt, heldBy } = erasure;
  const keyId = keyIdOf(by);
  return {
    ...{ objectType, recordId, status, requestedAt, requestedBy: by.userId ?? by.id },
    ...(keyId !== undefined && { keyId }),
    ...(dueAt !== null && { dueAt }),
    ...(status === 'WAITING' && heldBy && { heldBy }),
    updatedAt,
  };
};

export class ListErasures extends Query<Found<ErasureView>> {
  constructor(
    readonly status: ErasureDocument['status'] | undefined,
    readonly paging: { readonly limit: number; readonly after?: string | undefined },
    readonly fresh: Freshness,
  ) {
    super();
  }
}

@QueryHandler(ListErasures)
export class ListErasuresHandler implements IQueryHandler<ListErasures> {
  constructor(private readonly readModels: ReadModels) {}

  /** Waiting erasures by when they are due, all else the newest first; those of merged records are not listed. */
  async execute({ status, paging: { limit, after }, fresh }: ListErasures): Promise<Found<ErasureView>> {
    const filter = { of: null, ...(status !== undefined && { status }) };
    const sort = status === 'WAITING' ? ['dueAt'] : ['-requestedAt'];
    const options = { filter, sort, limit, ...(after !== undefined && { after }) };
    const { docs, ...found } = await this.readModels.find(erasures, options, fresh);
    return { ...found, docs: docs.map(viewOf) };
  }
}

/** The newest erasure of a record. Refused with `erasure-unknown`. */
export class GetErasure extends Query<ErasureView> {
  constructor(
    readonly objectType: string,
    readonly recordId: string,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

@QueryHandler(GetErasure)
export class GetErasureHandler implements IQueryHandler<GetErasure> {
  constructor(private readonly readModels: ReadModels) {}

  async execute({ objectType, recordId, fresh }: GetErasure): Promise<ErasureView> {
    const found = await this.readModels.get(erasures, recordDocumentId(objectType, recordId), fresh);
    if (!found) throw new Refusal('erasure-unknown');
    return viewOf(found);
  }
}

/** With a record wait to be erased its survivor (`recordId`; it may be the record itself) and all merged into that. */
export class WaitingTogether extends Query<{ readonly recordId: string; readonly parts: readonly string[] }> {
  constructor(
    readonly objectType: string,
    readonly recordId: string,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

const PAGE = 1_000;

@QueryHandler(WaitingTogether)
export class WaitingTogetherHandler implements IQueryHandler<WaitingTogether> {
  constructor(private readonly readModels: ReadModels) {}

  async execute({ objectType, recordId, fresh }: WaitingTogether) {
    const found = await this.readModels.get(erasures, recordDocumentId(objectType, recordId), fresh);
    if (!found) throw new Refusal('erasure-unknown');
    const whole = found.of ?? recordId;
    const filter = { status: 'WAITING', objectType, of: whole };
    const parts: string[] = [];
    for await (const page of this.readModels.pages(erasures, { filter, limit: PAGE }))
      parts.push(...page.map((one) => one.recordId));
    return { recordId: whole, parts };
  }
}
