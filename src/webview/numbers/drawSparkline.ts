import { createSvg, setAttribute } from '../dom';
import { SPARK_HEIGHT, SPARK_WIDTH, sparklinePath, type Figures } from './sparkline';

/** The last minute of a figure as a line. What it shows must stand in words beside it. */
export function createSparkline(): SVGSVGElement {
  return createSvg(
    'svg',
    {
      class: 'spark',
      viewBox: `0 0 ${SPARK_WIDTH} ${SPARK_HEIGHT}`,
      preserveAspectRatio: 'none',
      'aria-hidden': 'true',
    },
    [createSvg('path', {})],
  );
}

export function updateSparkline(spark: SVGSVGElement, figures: Figures): void {
  setAttribute(spark.firstElementChild!, 'd', sparklinePath(figures));
}
