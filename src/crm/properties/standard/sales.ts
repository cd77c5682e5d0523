// Standard properties of deals, leads, tickets and products.
import type { PropertyDefinition } from '../property.events';
import { automatic, define, options, readOnlyDatetime } from './definition';
import { pipelineOptions, stageOptions } from './pipelines';
import { billingFrequencies } from './quoting';

const D = 'dealinformation';

export const deals: readonly PropertyDefinition[] = [
  ...automatic(D),
  define(D, 'text', 'dealname', 'Deal Name'),
  define(D, 'number', 'amount', 'Amount'),
  define(D, 'select', 'pipeline', 'Pipeline', { options: pipelineOptions('deals') }),
  define(D, 'radio', 'dealstage', 'Deal Stage', { options: stageOptions('deals') }),
  define(D, 'datetime', 'closedate', 'Close Date'),
  define(D, 'radio', 'dealtype', 'Deal Type', {
    options: options({ newbusiness: 'New Business', existingbusiness: 'Existing Business' }),
  }),
  define(D, 'area', 'description', 'Deal Description'),
  define(D, 'select', 'hs_priority', 'Priority', {
    options: options({ low: 'Low', medium: 'Medium', high: 'High' }),
  }),
  define(D, 'text', 'deal_currency_code', 'Currency'),
  define(D, 'area', 'closed_lost_reason', 'Closed Lost Reason'),
  define(D, 'area', 'closed_won_reason', 'Closed Won Reason'),
  define(D, 'number', 'hs_deal_stage_probability', 'Deal probability'),
  define(D, 'number', 'hs_forecast_amount', 'Forecast amount'),
  define(D, 'number', 'hs_forecast_probability', 'Forecast probability'),
  define(D, 'number', 'hs_tcv', 'Total contract value'),
  define(D, 'number', 'hs_arr', 'Annual recurring revenue'),
  define(D, 'number', 'hs_mrr', 'Monthly recurring revenue'),
  define(D, 'number', 'hs_acv', 'Annual contract value'),
  define(D, 'text', 'hs_next_step', 'Next step'),
];

const E = 'leadinformation';

export const leads: readonly PropertyDefinition[] = [
  ...automatic(E),
  readOnlyDatetime(E, 'hs_createdate', 'Object create date/time'),
  define(E, 'text', 'hs_lead_name', 'Lead name'),
  define(E, 'select', 'hs_lead_type', 'Lead type', {
    options: [
      ...options({ NEW_BUSINESS: 'New business', RE_ATTEMPTING: 'Re-attempting', UPSELL: 'Upsell' }),
      // The value in HubSpot's published example.
      { label: 'New business (published)', value: 'NEW BUSINESS', displayOrder: 3, hidden: true },
    ],
  }),
  define(E, 'select', 'hs_lead_label', 'Lead label', {
    options: options({ HOT: 'Hot', WARM: 'Warm', COLD: 'Cold' }),
  }),
  define(E, 'select', 'hs_pipeline', 'Pipeline', { options: pipelineOptions('leads') }),
  define(E, 'select', 'hs_pipeline_stage', 'Lead stage', { options: stageOptions('leads') }),
  define(E, 'text', 'hs_lead_source', 'Lead source'),
  define(E, 'text', 'hs_lead_disqualification_reason', 'Disqualification reason'),
  define(E, 'area', 'hs_lead_disqualification_note', 'Disqualification note'),
  define(E, 'text', 'hs_associated_contact_email', 'Associated contact email'),
  define(E, 'text', 'hs_associated_contact_firstname', 'Associated contact first name'),
  define(E, 'text', 'hs_associated_contact_lastname', 'Associated contact last name'),
  define(E, 'text', 'hs_associated_company_name', 'Associated company name'),
  define(E, 'text', 'hs_associated_company_domain', 'Associated company domain'),
];

const T = 'ticketinformation';

export const tickets: readonly PropertyDefinition[] = [
  ...automatic(T),
  define(T, 'text', 'subject', 'Ticket name'),
  define(T, 'area', 'content', 'Ticket description'),
  define(T, 'select', 'hs_pipeline', 'Pipeline', { options: pipelineOptions('tickets') }),
  define(T, 'select', 'hs_pipeline_stage', 'Ticket status', {
    options: stageOptions('tickets'),
  }),
  define(T, 'select', 'hs_ticket_priority', 'Priority', {
    options: options({ LOW: 'Low', MEDIUM: 'Medium', HIGH: 'High', URGENT: 'Urgent' }),
  }),
  define(T, 'checkbox', 'hs_ticket_category', 'Category', {
    options: options({
      PRODUCT_ISSUE: 'Product Issue',
      BILLING_ISSUE: 'Billing Issue',
      FEATURE_REQUEST: 'Feature Request',
      GENERAL_INQUIRY: 'General Inquiry',
    }),
  }),
  define(T, 'select', 'source_type', 'Source', {
    options: options({ CHAT: 'Chat', EMAIL: 'Email', FORM: 'Form', PHONE: 'Phone' }),
  }),
  define(T, 'select', 'hs_resolution', 'Resolution', {
    options: options({
      ISSUE_FIXED: 'Issue fixed',
      USER_ERROR: 'User error',
      NOT_REPRODUCIBLE: 'Not reproducible',
    }),
  }),
  define(T, 'datetime', 'closed_date', 'Close date'),
  define(T, 'datetime', 'first_agent_reply_date', 'First agent response date'),
  define(T, 'number', 'time_to_close', 'Time to close'),
  define(T, 'number', 'time_to_first_agent_reply', 'Time to first agent reply'),
  define(T, 'text', 'source_ref', 'Reference to source'),
  define(T, 'text', 'source_thread_id', 'Thread of the source'),
  define(T, 'text', 'created_by', 'Created by'),
];

const P = 'productinformation';

export const products: readonly PropertyDefinition[] = [
  ...automatic(P),
  define(P, 'text', 'name', 'Name'),
  define(P, 'area', 'description', 'Product description'),
  define(P, 'number', 'price', 'Unit price'),
  define(P, 'number', 'hs_cost_of_goods_sold', 'Unit cost'),
  define(P, 'text', 'hs_sku', 'SKU'),
  define(P, 'text', 'hs_url', 'URL'),
  define(P, 'text', 'hs_images', 'Image URL'),
  define(P, 'text', 'hs_folder', 'Folder'),
  define(P, 'select', 'hs_product_type', 'Product type', {
    options: options({ inventory: 'Inventory', 'non-inventory': 'Non-inventory', service: 'Service' }),
  }),
  define(P, 'select', 'recurringbillingfrequency', 'Billing frequency', { options: billingFrequencies }),
  define(P, 'text', 'hs_recurring_billing_period', 'Term'),
  define(P, 'number', 'tax', 'Tax'),
  define(P, 'number', 'discount', 'Discount'),
  define(P, 'text', 'hs_price_currency', 'Currency'),
  define(P, 'bool', 'hs_active', 'Active'),
];
