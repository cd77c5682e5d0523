// Figures that capabilities count for the metrics: each is shown as it is when it is asked for. No label or value tells
// of customers.
import { Injectable } from '@nestjs/common';

type Values = Iterable<readonly [label: string, value: number]>;

export interface Figure {
  readonly name: string;
  readonly help: string;
  readonly kind: 'counter' | 'gauge';
  readonly label: string;
  readonly values: () => Values | Promise<Values>;
}

@Injectable()
export class Figures {
  private readonly figures: Figure[] = [];

  /** To be called before the application has started. */
  add(figure: Figure): void {
    this.figures.push(figure);
  }

  get all(): readonly Figure[] {
    return this.figures;
  }
}
