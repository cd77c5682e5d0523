// What lies in the ZIP of a backup, by its manifest: every file with its rows and its hash.
import { Card, Group, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useObjectLabel } from '../../api/object-types';
import { Copy, Facts } from '../../ui/shown';
import { Answer } from '../../ui/states';
import { useFormats } from '../../words/formats';
import { manifestQuery, type Backup } from './backups.queries';

export function BackupFiles({ backup }: { readonly backup: Backup }) {
  const { t } = useTranslation('backups');
  const { number, bytes, list } = useFormats();
  const labelOf = useObjectLabel();
  const query = useQuery(manifestQuery(backup.id, backup.sha256));
  return (
    <Card withBorder component="section">
      <Stack gap="sm">
        <Title order={2} size="h4">
          {t('manifest.title')}
        </Title>
        <Answer query={query}>
          {({ files, tree, logId, product, erased }) => (
            <Stack gap="sm">
              <Table.ScrollContainer
                type="native"
                minWidth={560}
                tabIndex={0}
                aria-label={t('manifest.title')}
              >
                <Table verticalSpacing={4} fz="sm" aria-label={t('manifest.title')}>
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th>{t('manifest.file')}</Table.Th>
                      <Table.Th ta="right">{t('manifest.rows')}</Table.Th>
                      <Table.Th ta="right">{t('columns.size')}</Table.Th>
                      <Table.Th>SHA-256</Table.Th>
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {files.map(({ name, rows, bytes: size, sha256 }) => (
                      <Table.Tr key={name}>
                        <Table.Td>{name}</Table.Td>
                        <Table.Td ta="right">{rows === undefined ? '—' : number(rows)}</Table.Td>
                        <Table.Td ta="right">{bytes(size)}</Table.Td>
                        <Table.Td>
                          <Group gap={4} wrap="nowrap">
                            <Text span ff="monospace" size="xs" title={sha256}>
                              {sha256.slice(0, 16)}…
                            </Text>
                            <Copy value={sha256} label={t('manifest.copy', { name })} />
                          </Group>
                        </Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </Table.ScrollContainer>
              <Facts
                facts={[
                  erased && [
                    t('manifest.erased'),
                    list(Object.entries(erased).map(([type, count]) => `${labelOf(type)}: ${number(count)}`)),
                  ],
                  tree && [
                    t('manifest.tree'),
                    t('manifest.treeOf', { size: number(tree.size), hash: tree.rootHash }),
                  ],
                  [t('manifest.log'), logId],
                  [t('manifest.by'), `${product.name} ${product.version}`],
                ]}
              />
            </Stack>
          )}
        </Answer>
      </Stack>
    </Card>
  );
}
