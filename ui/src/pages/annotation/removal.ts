/** By what pages know queues and items that are being deleted. */
export const queueKey = (projectId: string, id: string): string => `queue ${projectId} ${id}`;
export const itemKey = (projectId: string, id: string): string => `queue item ${projectId} ${id}`;
