/** By what pages know data sets, items and experiments that are being deleted. */
export const datasetKey = (projectId: string, id: string): string => `dataset ${projectId} ${id}`;
export const itemKey = (projectId: string, id: string): string => `item ${projectId} ${id}`;
export const experimentKey = (projectId: string, id: string): string => `experiment ${projectId} ${id}`;
