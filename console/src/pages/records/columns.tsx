// The columns of a list of records: its name first, then every property that the type has, a few of them shown at first.
import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { recordName, type ObjectType } from '../../api/object-types';
import type { Property } from '../../api/properties';
import type { Column } from '../../ui/data-table';
import { PropertyValue } from '../../ui/property-value';
import type { RecordView } from './records.queries';

const first: Readonly<Record<string, readonly string[]>> = {
  contacts: ['email', 'phone', 'jobtitle', 'city', 'lifecyclestage', 'hubspot_owner_id'],
  companies: ['domain', 'industry', 'city', 'phone', 'hubspot_owner_id'],
  deals: ['amount', 'dealstage', 'closedate', 'hubspot_owner_id'],
  tickets: ['hs_pipeline_stage', 'hs_ticket_priority', 'createdate', 'hubspot_owner_id'],
  products: ['hs_sku', 'price', 'description'],
  tasks: ['hs_task_status', 'hs_timestamp', 'hubspot_owner_id'],
  calls: ['hs_timestamp', 'hs_call_direction', 'hubspot_owner_id'],
  conversations: ['hs_thread_id', 'hs_sender', 'hs_latest_message_at'],
  notes: ['hs_timestamp', 'hubspot_owner_id'],
  emails: ['hs_timestamp', 'hs_email_from_email', 'hs_email_status'],
  meetings: ['hs_meeting_start_time', 'hs_meeting_outcome', 'hubspot_owner_id'],
  line_items: ['quantity', 'price', 'amount', 'hs_sku'],
  quotes: ['hs_status', 'hs_quote_number', 'hs_expiration_date'],
  leads: ['hs_lead_label', 'hs_pipeline_stage', 'hubspot_owner_id'],
};

/** Of a type of the account's own: those that it asks for, or else the first few. */
const shownAtFirst = ({ name, required }: ObjectType, properties: readonly Property[]): readonly string[] =>
  first[name] ??
  [...required, ...properties.filter((one) => !one.hubspotDefined).map((one) => one.name)].slice(0, 5);

export function useRecordColumns(
  type: ObjectType,
  properties: readonly Property[],
  asOf: string | undefined,
): readonly Column<RecordView>[] {
  const { t } = useTranslation('records');
  const shown = new Set([...shownAtFirst(type, properties), 'hs_lastmodifieddate']);
  const name: Column<RecordView> = {
    ...{ id: 'name', label: t('list.name'), isFixed: true, sort: type.displayProperty },
    cell: (record) => (
      <Anchor
        fz="sm"
        fw={500}
        dir="auto"
        style={{ overflowWrap: 'anywhere' }}
        renderRoot={(props) => (
          <Link
            to="/records/$objectType/$recordId"
            params={{ objectType: type.name, recordId: record.id }}
            search={asOf === undefined ? {} : { asOf }}
            {...props}
          />
        )}
      >
        {recordName(type, record.properties) ?? t('list.unnamed', { id: record.id })}
      </Anchor>
    ),
  };
  const order = (property: Property): number => {
    const at = [...shown].indexOf(property.name);
    return at === -1 ? shown.size : at;
  };
  return [
    name,
    ...properties
      .toSorted((a, b) => order(a) - order(b))
      .map((property): Column<RecordView> => ({
        ...{ id: property.name, label: property.label, isHidden: !shown.has(property.name) },
        isNumber:
          property.type === 'number' && property.options.length === 0 && !property.name.endsWith('_id'),
        // Sensitive values are sorted by for few, and the server says so to others.
        ...(property.dataSensitivity === 'non_sensitive' && { sort: property.name }),
        cell: (record) => (
          <PropertyValue
            objectType={type.name}
            name={property.name}
            value={record.properties[property.name]}
            lines={2}
          />
        ),
      })),
  ];
}
