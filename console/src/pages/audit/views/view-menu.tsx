// What can be done with the view that is shown: beside the filters.
import { Button, Group, Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tellFailure } from '../../../ui/told';
import type { View } from '../filter';
import { useViewActs } from './view-acts';
import { nameOfView } from './view-tabs';
import { ViewName } from './view-name';
import type { Schemas } from '../../../api/client';

interface Props {
  readonly view: View | undefined;
  readonly isChanged: boolean;
  /** What a view would keep of what is shown now. */
  readonly shown: Omit<Schemas['SaveViewBody'], 'name'>;
  readonly onView: (id: string | undefined) => void;
}

export function ViewMenu({ view, isChanged, shown, onView }: Props) {
  const { t } = useTranslation('audit');
  const acts = useViewActs();
  const [asked, setAsked] = useState<'save' | 'rename'>();
  const canChange = view?.can.change === true;
  const saveChanges = async () => {
    try {
      await acts.change(view!.id, shown);
      onView(view!.id);
    } catch (error) {
      tellFailure(error);
    }
  };
  return (
    <Group gap="xs" wrap="nowrap">
      {isChanged && view && (
        <Button size="xs" variant="subtle" color="gray" onClick={() => onView(view.id)}>
          {t('views.discard')}
        </Button>
      )}
      {isChanged && canChange && (
        <Button size="xs" variant="light" onClick={() => void saveChanges()}>
          {t('views.saveChanges')}
        </Button>
      )}
      {(isChanged || !view) && (
        <Button size="xs" variant="light" onClick={() => setAsked('save')}>
          {t('views.saveAs')}
        </Button>
      )}
      {view && (
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <Button size="xs" variant="default" rightSection={<IconChevronDown size={14} aria-hidden />}>
              {t('views.menu')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Label>{nameOfView(view, t)}</Menu.Label>
            {!isChanged && <Menu.Item onClick={() => setAsked('save')}>{t('views.saveAs')}</Menu.Item>}
            <Menu.Item onClick={() => void acts.clone(view).then((copy) => copy && onView(copy.id))}>
              {t('views.clone')}
            </Menu.Item>
            <Menu.Item disabled={view.isDefault} onClick={() => void acts.makeDefault(view)}>
              {t(view.isDefault ? 'views.isDefault' : 'views.makeDefault')}
            </Menu.Item>
            {canChange && (
              <>
                <Menu.Item onClick={() => setAsked('rename')}>{t('views.rename')}</Menu.Item>
                <Menu.Item onClick={() => void acts.share(view)}>
                  {t(view.visibility === 'private' ? 'views.share' : 'views.unshare')}
                </Menu.Item>
                <Menu.Item onClick={() => void acts.reset(view).then((done) => done && onView(view.id))}>
                  {t('views.reset')}
                </Menu.Item>
                <Menu.Divider />
                <Menu.Item
                  color="red"
                  onClick={() => void acts.remove(view).then((done) => done && onView(undefined))}
                >
                  {t('views.delete')}
                </Menu.Item>
              </>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
      {asked === 'save' && (
        <ViewName
          title={t('views.saveAs')}
          submit={t('views.save')}
          isNew
          onClose={() => setAsked(undefined)}
          onSubmit={async ({ name, visibility, isDefault }) => {
            const saved = await acts.create({ ...shown, name, visibility });
            if (isDefault) await acts.makeDefault(saved);
            onView(saved.id);
          }}
        />
      )}
      {asked === 'rename' && view && (
        <ViewName
          title={t('views.rename')}
          submit={t('views.rename')}
          name={view.name}
          onClose={() => setAsked(undefined)}
          onSubmit={async ({ name }) => void (await acts.change(view.id, { name }))}
        />
      )}
    </Group>
  );
}
