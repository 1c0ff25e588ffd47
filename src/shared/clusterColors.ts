/** What a cluster can be marked with; VS Code has a chart colour of each name. */
export const clusterColors = ['red', 'orange', 'yellow', 'green', 'blue', 'purple'] as const;

export type ClusterColor = (typeof clusterColors)[number];
