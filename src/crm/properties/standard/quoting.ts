// Standard properties of line items and quotes.
import type { PropertyDefinition } from '../property.events';
import { automatic, define, options, readOnlyDatetime } from './definition';

/** How often something recurring is billed. */
export const billingFrequencies = options({
  weekly: 'Weekly',
  biweekly: 'Every two weeks',
  monthly: 'Monthly',
  quarterly: 'Quarterly',
  per_six_months: 'Every six months',
  annually: 'Annually',
  per_two_years: 'Every two years',
  per_three_years: 'Every three years',
});

const L = 'lineiteminformation';

export const lineItems: readonly PropertyDefinition[] = [
  ...automatic(L),
  readOnlyDatetime(L, 'hs_createdate', 'Object create date/time'),
  define(L, 'text', 'name', 'Name'),
  define(L, 'area', 'description', 'Line description'),
  define(L, 'text', 'hs_product_id', 'Product ID'),
  define(L, 'text', 'hs_sku', 'SKU'),
  define(L, 'text', 'hs_url', 'URL'),
  define(L, 'text', 'hs_images', 'Image URL'),
  define(L, 'number', 'quantity', 'Quantity'),
  define(L, 'number', 'price', 'Unit price'),
  define(L, 'number', 'amount', 'Net price'),
  define(L, 'number', 'hs_pre_discount_amount', 'Amount before discount'),
  define(L, 'number', 'discount', 'Unit discount'),
  define(L, 'number', 'hs_discount_percentage', 'Discount percentage'),
  define(L, 'number', 'hs_total_discount', 'Total discount'),
  define(L, 'number', 'tax', 'Tax'),
  define(L, 'text', 'hs_tax_rate_group_id', 'Tax rate group ID'),
  define(L, 'text', 'hs_line_item_currency_code', 'Currency'),
  define(L, 'number', 'hs_cost_of_goods_sold', 'Unit cost'),
  define(L, 'number', 'hs_margin', 'Margin'),
  define(L, 'number', 'hs_position_on_quote', 'Position on quote'),
  define(L, 'select', 'recurringbillingfrequency', 'Billing frequency', { options: billingFrequencies }),
  define(L, 'text', 'hs_recurring_billing_period', 'Term'),
  define(L, 'number', 'hs_term_in_months', 'Term in months'),
  define(L, 'date', 'hs_recurring_billing_start_date', 'Billing start date'),
  define(L, 'date', 'hs_recurring_billing_end_date', 'Billing end date'),
  define(L, 'number', 'hs_recurring_billing_number_of_payments', 'Number of payments'),
  define(L, 'select', 'hs_recurring_billing_terms', 'Billing terms', {
    options: options({ FIXED: 'Fixed number of payments', AUTOMATICALLY_RENEW: 'Automatically renew' }),
  }),
  define(L, 'select', 'hs_billing_start_delay_type', 'Billing start delay', {
    options: options({
      hs_recurring_billing_start_date: 'Custom date',
      hs_billing_start_delay_days: 'Delayed start by days',
      hs_billing_start_delay_months: 'Delayed start by months',
    }),
  }),
  define(L, 'number', 'hs_billing_start_delay_days', 'Billing start delay in days'),
  define(L, 'number', 'hs_billing_start_delay_months', 'Billing start delay in months'),
  define(L, 'number', 'hs_acv', 'Annual contract value'),
  define(L, 'number', 'hs_arr', 'Annual recurring revenue'),
  define(L, 'number', 'hs_mrr', 'Monthly recurring revenue'),
  define(L, 'number', 'hs_tcv', 'Total contract value'),
];

const Q = 'quoteinformation';

export const quotes: readonly PropertyDefinition[] = [
  ...automatic(Q),
  readOnlyDatetime(Q, 'hs_createdate', 'Object create date/time'),
  define(Q, 'text', 'hs_title', 'Quote title'),
  define(Q, 'date', 'hs_expiration_date', 'Expiration date'),
  define(Q, 'select', 'hs_status', 'Quote status', {
    options: options({
      DRAFT: 'Draft',
      APPROVAL_NOT_NEEDED: 'Published',
      PENDING_APPROVAL: 'Pending approval',
      APPROVED: 'Approved',
      REJECTED: 'Rejected',
    }),
  }),
  define(Q, 'number', 'hs_quote_amount', 'Quote amount'),
  define(Q, 'text', 'hs_quote_number', 'Quote number'),
  define(Q, 'text', 'hs_currency', 'Currency'),
  define(Q, 'text', 'hs_language', 'Language'),
  define(Q, 'text', 'hs_locale', 'Locale'),
  define(Q, 'text', 'hs_timezone', 'Time zone'),
  define(Q, 'area', 'hs_comments', 'Comments'),
  define(Q, 'area', 'hs_terms', 'Purchase terms'),
  define(Q, 'text', 'hs_template_type', 'Template type'),
  define(Q, 'text', 'hs_domain', 'Domain'),
  define(Q, 'text', 'hs_slug', 'Slug'),
  define(Q, 'text', 'hs_public_url_key', 'Public URL key'),
  define(Q, 'text', 'hs_quote_link', 'Public URL'),
  define(Q, 'text', 'hs_pdf_download_link', 'PDF download link'),
  define(Q, 'bool', 'hs_locked', 'Locked'),
  define(Q, 'text', 'hs_sender_firstname', 'Sender first name'),
  define(Q, 'text', 'hs_sender_lastname', 'Sender last name'),
  define(Q, 'text', 'hs_sender_email', 'Sender email'),
  define(Q, 'phone', 'hs_sender_phone', 'Sender phone'),
  define(Q, 'text', 'hs_sender_jobtitle', 'Sender job title'),
  define(Q, 'text', 'hs_sender_company_name', 'Sender company name'),
  define(Q, 'text', 'hs_sender_company_domain', 'Sender company domain'),
  define(Q, 'text', 'hs_sender_company_address', 'Sender company address'),
  define(Q, 'text', 'hs_sender_company_address2', 'Sender company address 2'),
  define(Q, 'text', 'hs_sender_company_city', 'Sender company city'),
  define(Q, 'text', 'hs_sender_company_state', 'Sender company state'),
  define(Q, 'text', 'hs_sender_company_zip', 'Sender company postal code'),
  define(Q, 'text', 'hs_sender_company_country', 'Sender company country'),
  define(Q, 'text', 'hs_sender_company_image_url', 'Sender company image URL'),
  define(Q, 'bool', 'hs_show_signature_box', 'Show signature box'),
  define(Q, 'bool', 'hs_show_countersignature_box', 'Show countersignature box'),
  define(Q, 'bool', 'hs_esign_enabled', 'E-signature enabled'),
  define(Q, 'datetime', 'hs_esign_date', 'E-signature date'),
  define(Q, 'number', 'hs_esign_num_signers_required', 'Number of signers required'),
  define(Q, 'number', 'hs_esign_num_signers_completed', 'Number of signers completed'),
  define(Q, 'bool', 'hs_payment_enabled', 'Payment enabled'),
  define(Q, 'select', 'hs_payment_type', 'Payment type', {
    options: options({ HUBSPOT: 'HubSpot payments', BYO_STRIPE: 'Stripe' }),
  }),
  define(Q, 'checkbox', 'hs_allowed_payment_methods', 'Allowed payment methods', {
    options: options({ CREDIT_OR_DEBIT_CARD: 'Credit or debit card', ACH: 'ACH' }),
  }),
  define(Q, 'bool', 'hs_collect_billing_address', 'Collect billing address'),
  define(Q, 'bool', 'hs_collect_shipping_address', 'Collect shipping address'),
  define(Q, 'select', 'hs_payment_status', 'Payment status', {
    options: options({ PENDING: 'Pending', PROCESSING: 'Processing', PAID: 'Paid' }),
  }),
  define(Q, 'date', 'hs_payment_date', 'Payment date'),
];
