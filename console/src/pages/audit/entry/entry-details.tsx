// All that is told of one row: who and from where, on what, the values before and after, what led to it, and the proof.
import { Alert, Anchor, Button, Collapse, Divider, Group, Stack, Text, Timeline, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { nameOf, peopleQuery } from '../../../api/people';
import { useAuditWords } from '../../../ui/audit-words';
import { Copy, Facts, Value, When } from '../../../ui/shown';
import { useFormats } from '../../../words/formats';
import type { Entry } from '../audit.queries';
import { ChangesTable, textOf } from './changes-table';
import { EntryActs } from './entry-acts';
import { GoLink } from './go';
import { placeOf } from './places';
import { Proof } from './proof';

export function EntryDetails({
  entry,
  onEntry,
}: {
  readonly entry: Entry;
  readonly onEntry: (id: string) => void;
}) {
  const { t } = useTranslation('audit');
  const words = useAuditWords();
  const { number, list } = useFormats();
  const withheld = 'withheld' in entry ? entry.withheld : undefined;
  return (
    <Stack gap="md">
      <EntryActs entry={entry} />
      {withheld && (
        <Alert color="yellow" p="xs">
          {t('entry.withheld', {
            fields: list(withheld.fields.map((field) => t(`entry.fields.${field}`))),
            tier: withheld.tier,
          })}
        </Alert>
      )}
      {entry.erased === true && (
        <Alert color="gray" p="xs">
          {t('entry.erased')}
        </Alert>
      )}
      <Facts
        facts={[
          [t('columns.occurredAt'), <When key="at" at={entry.occurredAt} />],
          [t('columns.actor'), <Actor key="actor" actor={entry.actor} />],
          [
            t('columns.category'),
            `${words.category(entry.category)} › ${words.subCategory(entry.subCategory)}`,
          ],
          [t('columns.action'), words.action(entry.action)],
          entry.target && [t('columns.target'), <Target key="target" entry={entry} />],
          entry.where !== undefined && [t('entry.where'), entry.where],
          entry.source !== undefined && [t('entry.source'), words.source(entry.source.type)],
        ]}
      />
      <Client client={entry.client} />
      {entry.changes && Object.keys(entry.changes).length > 0 && (
        <Section title={t('entry.changes')}>
          <ChangesTable changes={entry.changes} />
        </Section>
      )}
      <Causes entry={entry} onEntry={onEntry} />
      <Section title={t('proof.title')}>
        <Proof entryId={entry.id} />
      </Section>
      <More entry={entry} position={number(Number(entry.position))} />
    </Stack>
  );
}

const Section = ({ title, children }: { readonly title: string; readonly children: React.ReactNode }) => (
  <Stack gap={6}>
    <Divider />
    <Title order={3} size="h6">
      {title}
    </Title>
    {children}
  </Stack>
);

function Actor({ actor }: Pick<Entry, 'actor'>) {
  const { t } = useTranslation('audit');
  const words = useAuditWords();
  const { data: people = [] } = useQuery(peopleQuery);
  const person = people.find(({ id }) => id === actor.userId);
  const kind = words.kind(actor);
  return (
    <Stack gap={0}>
      <span>
        {actor.userId !== undefined ? (
          <GoLink to="/users/$userId" params={{ userId: actor.userId }}>
            {actor.type === 'user' && person ? nameOf(person) : words.actor(actor)}
          </GoLink>
        ) : (
          words.actor(actor)
        )}
        {kind !== undefined && ` (${kind})`}
      </span>
      {actor.email !== undefined && actor.email !== words.actor(actor) && (
        <Text size="xs" c="dimmed">
          {actor.type === 'user' ? actor.email : t('entry.for', { email: actor.email })}
        </Text>
      )}
      {actor.type === 'user' && person && nameOf(person) !== actor.email && (
        <Text size="xs" c="dimmed">
          {actor.email}
        </Text>
      )}
      {actor.department !== undefined && (
        <Text size="xs" c="dimmed">
          {actor.department}
        </Text>
      )}
      {actor.via && (
        <Text size="xs" c="dimmed">
          {t('entry.via', { key: actor.via.name ?? actor.via.id })}
        </Text>
      )}
    </Stack>
  );
}

function Target({ entry: { target, links } }: { readonly entry: Entry }) {
  const words = useAuditWords();
  if (!target) return null;
  const place = placeOf(target, links.target);
  const name = target.label ?? target.id;
  return (
    <Stack gap={0}>
      {place ? <GoLink {...place}>{name}</GoLink> : <Value value={name} />}
      <Group gap={4}>
        <Text size="xs" c="dimmed">
          {words.type(target.type)} {target.id}
        </Text>
        <Copy value={target.id} />
      </Group>
    </Stack>
  );
}

function Client({ client }: Pick<Entry, 'client'>) {
  const { t } = useTranslation('audit');
  const words = useAuditWords();
  const { ip, country, region, device, loginType, userAgent } = client;
  const [isOpen, { toggle }] = useDisclosure();
  if (ip === null && userAgent === null && loginType === null) return null;
  return (
    <Section title={t('entry.client')}>
      <Facts
        facts={[
          ip !== null && [
            t('columns.ip'),
            <Group key="ip" gap={4}>
              <GoLink to="/audit" search={{ ip }}>
                {ip}
              </GoLink>
              <Copy value={ip} />
            </Group>,
          ],
          country !== null && [t('columns.country'), region === null ? country : `${country}, ${region}`],
          device !== null && [t('columns.device'), device.name],
          loginType !== null && [t('columns.loginType'), words.loginType(loginType)],
        ]}
      />
      {userAgent !== null && (
        <>
          <Anchor
            component="button"
            type="button"
            size="xs"
            ta="left"
            onClick={toggle}
            aria-expanded={isOpen}
          >
            {t('entry.userAgent')}
          </Anchor>
          <Collapse expanded={isOpen}>
            <Text size="xs" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
              {userAgent}
            </Text>
          </Collapse>
        </>
      )}
    </Section>
  );
}

function Causes({ entry, onEntry }: { readonly entry: Entry; readonly onEntry: (id: string) => void }) {
  const { t } = useTranslation('audit');
  const words = useAuditWords();
  const { shortTime } = useFormats();
  const chain = entry.causes && 'chain' in entry.causes ? entry.causes.chain : [];
  if (chain.length === 0) return null;
  return (
    <Section title={t('entry.causes')}>
      <Timeline bulletSize={12} lineWidth={2} active={-1}>
        {chain.map((cause) => (
          <Timeline.Item key={cause.id}>
            <Anchor
              component="button"
              type="button"
              size="sm"
              ta="left"
              dir="auto"
              onClick={() => onEntry(cause.id)}
            >
              {[cause.summary, cause.target?.label].filter(Boolean).join(' · ')}
            </Anchor>
            <Text size="xs" c="dimmed">
              {shortTime(cause.occurredAt)} · {words.actor(cause.actor)}
            </Text>
          </Timeline.Item>
        ))}
      </Timeline>
    </Section>
  );
}

/** What is seldom asked for: the event itself, its place, and ids. */
function More({ entry, position }: { readonly entry: Entry; readonly position: string }) {
  const { t } = useTranslation('audit');
  const [isOpen, { toggle }] = useDisclosure();
  const { causes, metadata = {} } = entry;
  const known: Readonly<Record<string, string>> = {
    eventType: t('entry.eventType'),
    stream: t('entry.stream'),
    revision: t('entry.revision'),
    recordedAt: t('entry.recordedAt'),
    nonUser: t('entry.nonUser'),
  };
  return (
    <Stack gap="xs">
      <Divider />
      <Button
        size="compact-sm"
        variant="subtle"
        onClick={toggle}
        aria-expanded={isOpen}
        style={{ alignSelf: 'flex-start' }}
      >
        {t(isOpen ? 'entry.less' : 'entry.more')}
      </Button>
      <Collapse expanded={isOpen}>
        <Facts
          facts={[
            [t('columns.position'), position],
            [t('entry.id'), <Id key="id" value={entry.id} />],
            ...Object.entries(metadata).map(
              ([name, value]) => [known[name] ?? name, <Value key={name} value={textOf(value)} />] as const,
            ),
            causes !== undefined && [
              t('entry.correlationId'),
              <Id key="correlation" value={causes.correlationId} />,
            ],
            causes?.causationId !== undefined && [
              t('entry.causationId'),
              <Id key="cause" value={causes.causationId} />,
            ],
            causes !== undefined && [t('entry.commandId'), <Id key="command" value={causes.commandId} />],
          ]}
        />
      </Collapse>
    </Stack>
  );
}

const Id = ({ value = '' }: { readonly value: string | undefined }) => (
  <Group gap={4} wrap="nowrap">
    <Text span ff="monospace" fz="xs" style={{ overflowWrap: 'anywhere' }}>
      {value}
    </Text>
    <Copy value={value} />
  </Group>
);
