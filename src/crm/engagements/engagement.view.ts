// An engagement in the shape of HubSpot's first API. Numbers stand for ids, milliseconds since 1970 for times.
import type { RecordView } from '../records/record.view';
import {
  attachmentsOf,
  commonOf,
  kindOf,
  metadataOf,
  typeOf,
  type EndsField,
  type EngagementType,
} from './engagement-metadata';

export type EngagementAssociations = Readonly<
  Record<EndsField | 'ownerIds' | 'workflowIds', readonly number[]>
>;

export interface EngagementView {
  readonly engagement: {
    readonly id: number;
    readonly portalId: number;
    readonly active: boolean;
    readonly createdAt: number;
    readonly lastUpdated: number;
    readonly type: EngagementType;
    readonly ownerId?: number;
    readonly timestamp?: number;
  };
  readonly associations: EngagementAssociations;
  readonly attachments: readonly { readonly id: number }[];
  /** By the type of the engagement. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface EngagementsPage {
  readonly results: readonly EngagementView[];
  readonly hasMore: boolean;
  /** What to ask for the next page with. */
  readonly offset: number;
}

export interface RecentEngagementsPage extends EngagementsPage {
  readonly total: number;
}

/** A record of an activity. */
export interface Activity {
  readonly objectType: string;
  readonly view: RecordView;
}

export function presentEngagement(
  { objectType, view }: Activity,
  ends: Partial<Readonly<Record<EndsField, readonly number[]>>>,
  portalId: number,
): EngagementView {
  const kind = kindOf(objectType);
  const none = { contactIds: [], companyIds: [], dealIds: [], ticketIds: [], quoteIds: [] };
  return {
    engagement: {
      ...{ id: Number(view.id), portalId, active: !view.archived },
      ...{ createdAt: Date.parse(view.createdAt), lastUpdated: Date.parse(view.updatedAt) },
      type: typeOf(kind, view.properties),
      ...commonOf(view.properties),
    },
    associations: { ...none, ...ends, ownerIds: [], workflowIds: [] },
    attachments: attachmentsOf(view.properties),
    metadata: metadataOf(kind, view.properties),
  };
}
