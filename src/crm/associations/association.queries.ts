// Queries on the associations of a record, and on the association types between two object types.
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Found } from '../../read/document-store';
import type { Freshness } from '../../read/read-models';
import { AssociationReader, type Associated, type AssociatedPage } from './association-reader';
import { AssociationTypes, type AssociationType } from './types/association-types';
import { AssociationWriter } from './association-writer';
import type { RecordRef } from './association.events';
import type { Viewer } from '../properties/values/sensitivity';

/** Records of one type (plural name) that a record is associated with. Refused with `record-unknown`. */
export class ListAssociated extends Query<Found<Associated>> {
  constructor(
    readonly from: RecordRef,
    readonly toType: string,
    readonly page: AssociatedPage,
    readonly viewer: Viewer,
    readonly fresh?: Freshness,
  ) {
    super();
  }
}

/** The association types from one object type to another (plural names), the default type first. */
export class ListAssociationTypes extends Query<readonly AssociationType[]> {
  constructor(
    readonly fromType: string,
    readonly toType: string,
  ) {
    super();
  }
}

@QueryHandler(ListAssociated)
export class ListAssociatedHandler implements IQueryHandler<ListAssociated> {
  constructor(
    private readonly reader: AssociationReader,
    private readonly writer: AssociationWriter,
  ) {}

  async execute({ from, toType, page, viewer, fresh }: ListAssociated): Promise<Found<Associated>> {
    const { ref } = await this.writer.live(from, viewer);
    return this.reader.associated(ref, toType, page, viewer, fresh);
  }
}

@QueryHandler(ListAssociationTypes)
export class ListAssociationTypesHandler implements IQueryHandler<ListAssociationTypes> {
  constructor(private readonly types: AssociationTypes) {}

  execute({ fromType, toType }: ListAssociationTypes): Promise<readonly AssociationType[]> {
    return this.types.between(fromType, toType);
  }
}

export const associationQueryHandlers = [ListAssociatedHandler, ListAssociationTypesHandler];
