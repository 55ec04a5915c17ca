import { NativeSelect, type NativeSelectProps } from '@mantine/core';
import { Icon } from './Icon';

/** The platform's own select: works with every keyboard, phone and screen reader. */
export function SelectField(props: NativeSelectProps) {
  return <NativeSelect rightSection={<Icon name="down" size={15} />} {...props} />;
}
