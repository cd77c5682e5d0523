// Standard properties of calls, conversations, tasks, notes, emails and meetings.
import type { PropertyDefinition } from '../property.events';
import { automatic, define, options, readOnlyDatetime } from './definition';

const C = 'call';

export const calls: readonly PropertyDefinition[] = [
  ...automatic(C),
  readOnlyDatetime(C, 'hs_createdate', 'Create date'),
  define(C, 'datetime', 'hs_timestamp', 'Activity date'),
  define(C, 'text', 'hs_call_title', 'Call Title'),
  define(C, 'html', 'hs_call_body', 'Call notes'),
  define(C, 'select', 'hs_call_direction', 'Call direction', {
    options: options({ INBOUND: 'Inbound', OUTBOUND: 'Outbound' }),
  }),
  define(C, 'text', 'hs_call_disposition', 'Call outcome'),
  define(C, 'number', 'hs_call_duration', 'Call duration'),
  define(C, 'text', 'hs_call_from_number', 'From number'),
  define(C, 'text', 'hs_call_to_number', 'To number'),
  define(C, 'text', 'hs_call_recording_url', 'Recording URL'),
  define(C, 'select', 'hs_call_status', 'Call status', {
    options: options({
      BUSY: 'Busy',
      CALLING_CRM_USER: 'Calling CRM user',
      CANCELED: 'Canceled',
      COMPLETED: 'Completed',
      CONNECTING: 'Connecting',
      FAILED: 'Failed',
      IN_PROGRESS: 'In progress',
      NO_ANSWER: 'No answer',
      QUEUED: 'Queued',
      RINGING: 'Ringing',
    }),
  }),
  define(C, 'text', 'hs_call_source', 'Call source'),
  define(C, 'text', 'hs_activity_type', 'Call and meeting type'),
  define(C, 'text', 'hs_attachment_ids', 'Attached file IDs'),
];

const V = 'conversation';

export const conversations: readonly PropertyDefinition[] = [
  ...automatic(V),
  readOnlyDatetime(V, 'hs_createdate', 'Create date'),
  define(V, 'datetime', 'hs_timestamp', 'Activity date'),
  define(V, 'text', 'hs_subject', 'Subject'),
  define(V, 'html', 'hs_body', 'Last message'),
  define(V, 'select', 'hs_status', 'Status', { options: options({ OPEN: 'Open', CLOSED: 'Closed' }) }),
  define(V, 'select', 'hs_channel', 'Channel', {
    options: options({
      EMAIL: 'Email',
      CHAT: 'Chat',
      FORM: 'Form',
      WHATSAPP: 'WhatsApp',
      FACEBOOK_MESSENGER: 'Facebook Messenger',
      SMS: 'SMS',
      CALLING: 'Calling',
    }),
  }),
  define(V, 'text', 'hs_inbox', 'Inbox'),
  define(V, 'text', 'hs_thread_id', 'Thread ID'),
  define(V, 'text', 'hs_sender', 'Sender'),
  define(V, 'text', 'hs_recipients', 'Recipients'),
  define(V, 'number', 'hs_message_count', 'Number of messages'),
  define(V, 'datetime', 'hs_latest_message_at', 'Latest message at'),
  define(V, 'datetime', 'hs_closed_at', 'Closed at'),
  define(V, 'bool', 'hs_is_spam', 'Spam'),
];

const T = 'task';

export const tasks: readonly PropertyDefinition[] = [
  ...automatic(T),
  readOnlyDatetime(T, 'hs_createdate', 'Create date'),
  define(T, 'datetime', 'hs_timestamp', 'Due date'),
  define(T, 'text', 'hs_task_subject', 'Task Title'),
  define(T, 'html', 'hs_task_body', 'Notes'),
  define(T, 'select', 'hs_task_status', 'Task Status', {
    options: options({
      NOT_STARTED: 'Not started',
      IN_PROGRESS: 'In progress',
      WAITING: 'Waiting',
      COMPLETED: 'Completed',
      DEFERRED: 'Deferred',
    }),
  }),
  define(T, 'select', 'hs_task_priority', 'Priority', {
    options: options({ NONE: 'None', LOW: 'Low', MEDIUM: 'Medium', HIGH: 'High' }),
  }),
  define(T, 'select', 'hs_task_type', 'Task Type', {
    options: options({
      EMAIL: 'Email',
      CALL: 'Call',
      TODO: 'To-do',
      MEETING: 'Meeting',
      LINKED_IN: 'LinkedIn',
    }),
  }),
  define(T, 'text', 'hs_task_reminders', 'Reminder'),
  define(T, 'datetime', 'hs_task_completion_date', 'Completed at'),
  define(T, 'text', 'hs_queue_membership_ids', 'Queues'),
  define(T, 'bool', 'hs_task_is_all_day', 'All day'),
  define(T, 'text', 'hs_task_repeat_interval', 'Repeats'),
  define(T, 'text', 'hs_attachment_ids', 'Attached file IDs'),
];

const N = 'note';

export const notes: readonly PropertyDefinition[] = [
  ...automatic(N),
  readOnlyDatetime(N, 'hs_createdate', 'Create date'),
  define(N, 'datetime', 'hs_timestamp', 'Activity date'),
  define(N, 'html', 'hs_note_body', 'Note body'),
  define(N, 'text', 'hs_attachment_ids', 'Attached file IDs'),
];

const E = 'email';

export const emails: readonly PropertyDefinition[] = [
  ...automatic(E),
  readOnlyDatetime(E, 'hs_createdate', 'Create date'),
  define(E, 'datetime', 'hs_timestamp', 'Activity date'),
  define(E, 'text', 'hs_email_subject', 'Email subject'),
  define(E, 'area', 'hs_email_text', 'Text body'),
  define(E, 'html', 'hs_email_html', 'HTML body'),
  define(E, 'select', 'hs_email_direction', 'Email direction', {
    options: options({
      EMAIL: 'Outgoing email',
      INCOMING_EMAIL: 'Incoming email',
      FORWARDED_EMAIL: 'Forwarded email',
      DRAFT_EMAIL: 'Draft email',
    }),
  }),
  define(E, 'select', 'hs_email_status', 'Email send status', {
    options: options({
      BOUNCED: 'Bounced',
      FAILED: 'Failed',
      SCHEDULED: 'Scheduled',
      SENDING: 'Sending',
      SENT: 'Sent',
    }),
  }),
  define(E, 'area', 'hs_email_headers', 'Email headers'),
  define(E, 'text', 'hs_email_from_email', 'Email from address'),
  define(E, 'text', 'hs_email_from_firstname', 'Email from first name'),
  define(E, 'text', 'hs_email_from_lastname', 'Email from last name'),
  define(E, 'text', 'hs_email_to_email', 'Email to address'),
  define(E, 'text', 'hs_email_to_firstname', 'Email to first name'),
  define(E, 'text', 'hs_email_to_lastname', 'Email to last name'),
  define(E, 'text', 'hs_email_cc_email', 'Email CC address'),
  define(E, 'text', 'hs_email_bcc_email', 'Email BCC address'),
  define(E, 'text', 'hs_email_message_id', 'Email message ID'),
  define(E, 'text', 'hs_email_thread_id', 'Email thread ID'),
  define(E, 'number', 'hs_email_open_count', 'Number of email opens'),
  define(E, 'number', 'hs_email_click_count', 'Number of email clicks'),
  define(E, 'number', 'hs_email_reply_count', 'Number of email replies'),
  define(E, 'text', 'hs_attachment_ids', 'Attached file IDs'),
];

const M = 'meeting';

export const meetings: readonly PropertyDefinition[] = [
  ...automatic(M),
  readOnlyDatetime(M, 'hs_createdate', 'Create date'),
  define(M, 'datetime', 'hs_timestamp', 'Activity date'),
  define(M, 'text', 'hs_meeting_title', 'Meeting name'),
  define(M, 'html', 'hs_meeting_body', 'Meeting description'),
  define(M, 'html', 'hs_internal_meeting_notes', 'Internal meeting notes'),
  define(M, 'text', 'hs_meeting_external_url', 'External URL'),
  define(M, 'text', 'hs_meeting_location', 'Meeting location'),
  define(M, 'datetime', 'hs_meeting_start_time', 'Meeting start time'),
  define(M, 'datetime', 'hs_meeting_end_time', 'Meeting end time'),
  define(M, 'select', 'hs_meeting_outcome', 'Meeting outcome', {
    options: options({
      SCHEDULED: 'Scheduled',
      COMPLETED: 'Completed',
      RESCHEDULED: 'Rescheduled',
      NO_SHOW: 'No show',
      CANCELED: 'Canceled',
    }),
  }),
  define(M, 'text', 'hs_activity_type', 'Call and meeting type'),
  define(M, 'text', 'hs_attachment_ids', 'Attached file IDs'),
];
