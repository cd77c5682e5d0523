// Old shapes of events to newer ones, by the name they were stored under. None has changed yet.
import type { Upcasts } from './eventsourcing/codec';

export const upcasts: Upcasts = {};
