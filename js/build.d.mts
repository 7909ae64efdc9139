export function buildAll(): Promise<Record<string, number>>;
