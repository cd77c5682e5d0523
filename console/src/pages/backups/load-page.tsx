// To be written.
import { Empty } from '../../ui/states';

export default function LoadPage() {
  return <Empty />;
}
