export const projectFolder: string
export function cacheFolder(environment?: NodeJS.ProcessEnv): string
export function systemRelease(): string
export const kafkaPom: string
export function kafkaLibraries(cache?: string): string
export function kafkaClasses(cache?: string): string
export function mediasoupWorker(version: string, cache?: string): string
export function faceModels(cache?: string): string
export function demoMedia(cache?: string): string
export const filmEncoding: readonly string[]
export function cameraFilms(cache?: string): string
export function compiledCode(cache?: string): string
