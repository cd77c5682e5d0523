// Standard properties of contacts and companies.
import type { PropertyDefinition } from '../property.events';
import { automatic, define, options, readOnlyDatetime } from './definition';

const lifecycle = options({
  subscriber: 'Subscriber',
  lead: 'Lead',
  marketingqualifiedlead: 'Marketing Qualified Lead',
  salesqualifiedlead: 'Sales Qualified Lead',
  opportunity: 'Opportunity',
  customer: 'Customer',
  evangelist: 'Evangelist',
  other: 'Other',
});

const leadStatus = options({
  NEW: 'New',
  OPEN: 'Open',
  IN_PROGRESS: 'In Progress',
  OPEN_DEAL: 'Open Deal',
  UNQUALIFIED: 'Unqualified',
  ATTEMPTED_TO_CONTACT: 'Attempted to Contact',
  CONNECTED: 'Connected',
  BAD_TIMING: 'Bad Timing',
});

const C = 'contactinformation';

export const contacts: readonly PropertyDefinition[] = [
  ...automatic(C),
  readOnlyDatetime(C, 'lastmodifieddate', 'Last Modified Date'),
  define(C, 'text', 'email', 'Email', { hasUniqueValue: true, formField: true }),
  define(C, 'text', 'hs_additional_emails', 'Additional email addresses', { readOnlyValue: true }),
  define(C, 'text', 'firstname', 'First Name', { formField: true }),
  define(C, 'text', 'lastname', 'Last Name', { formField: true }),
  define(C, 'text', 'salutation', 'Salutation', { formField: true }),
  define(C, 'phone', 'phone', 'Phone Number', { formField: true }),
  define(C, 'phone', 'mobilephone', 'Mobile Phone Number', { formField: true }),
  define(C, 'text', 'fax', 'Fax Number', { formField: true }),
  define(C, 'text', 'company', 'Company Name', { formField: true }),
  define(C, 'text', 'jobtitle', 'Job Title', { formField: true }),
  define(C, 'text', 'website', 'Website URL', { formField: true }),
  define(C, 'text', 'address', 'Street Address', { formField: true }),
  define(C, 'text', 'city', 'City', { formField: true }),
  define(C, 'text', 'state', 'State/Region', { formField: true }),
  define(C, 'text', 'zip', 'Postal Code', { formField: true }),
  define(C, 'text', 'country', 'Country/Region', { formField: true }),
  define(C, 'text', 'industry', 'Industry', { formField: true }),
  define(C, 'text', 'numemployees', 'Number of Employees', { formField: true }),
  define(C, 'text', 'annualrevenue', 'Annual Revenue', { formField: true }),
  define(C, 'radio', 'lifecyclestage', 'Lifecycle Stage', { options: lifecycle, formField: true }),
  define(C, 'radio', 'hs_lead_status', 'Lead Status', { options: leadStatus, formField: true }),
  define(C, 'text', 'date_of_birth', 'Date of birth', { formField: true }),
  define(C, 'text', 'gender', 'Gender', { formField: true }),
  define(C, 'text', 'hs_language', 'Preferred language', { formField: true }),
  define(C, 'text', 'twitterhandle', 'Twitter Username', { formField: true }),
  define(C, 'text', 'hs_linkedin_url', 'LinkedIn URL', { formField: true }),
  define(C, 'area', 'message', 'Message', { formField: true }),
  define(C, 'datetime', 'closedate', 'Close Date'),
];

const O = 'companyinformation';

const companyType = options({
  PROSPECT: 'Prospect',
  PARTNER: 'Partner',
  RESELLER: 'Reseller',
  VENDOR: 'Vendor',
  OTHER: 'Other',
});

export const companies: readonly PropertyDefinition[] = [
  ...automatic(O),
  define(O, 'text', 'name', 'Company name', { formField: true }),
  define(O, 'text', 'domain', 'Company Domain Name', { formField: true }),
  define(O, 'text', 'website', 'Website URL', { formField: true }),
  define(O, 'area', 'description', 'Description', { formField: true }),
  define(O, 'phone', 'phone', 'Phone Number', { formField: true }),
  define(O, 'text', 'industry', 'Industry', { formField: true }),
  define(O, 'radio', 'type', 'Type', { options: companyType, formField: true }),
  define(O, 'text', 'address', 'Street Address', { formField: true }),
  define(O, 'text', 'address2', 'Street Address 2', { formField: true }),
  define(O, 'text', 'city', 'City', { formField: true }),
  define(O, 'text', 'state', 'State/Region', { formField: true }),
  define(O, 'text', 'zip', 'Postal Code', { formField: true }),
  define(O, 'text', 'country', 'Country/Region', { formField: true }),
  define(O, 'text', 'timezone', 'Time Zone', { formField: true }),
  define(O, 'number', 'numberofemployees', 'Number of Employees', { formField: true }),
  define(O, 'number', 'annualrevenue', 'Annual Revenue', { formField: true }),
  define(O, 'text', 'founded_year', 'Year Founded', { formField: true }),
  define(O, 'bool', 'is_public', 'Is Public'),
  define(O, 'radio', 'lifecyclestage', 'Lifecycle Stage', { options: lifecycle, formField: true }),
  define(O, 'radio', 'hs_lead_status', 'Lead Status', { options: leadStatus, formField: true }),
  define(O, 'text', 'about_us', 'About Us', { formField: true }),
  define(O, 'text', 'twitterhandle', 'Twitter Handle', { formField: true }),
  define(O, 'text', 'linkedin_company_page', 'LinkedIn Company Page', { formField: true }),
  define(O, 'datetime', 'closedate', 'Close Date'),
];
