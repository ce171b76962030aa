/** By what pages know prompts and versions that are being deleted. */
export const removalKey = (projectId: string, name: string, version = 0): string => `prompt ${projectId} ${version} ${name}`;
