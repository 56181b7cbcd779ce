import { existsSync } from 'node:fs'
import { installPackages } from '../../apt-packages.ts'
import { findInstalled } from '../../installed-program.ts'

export interface JavaAndH2 {
  java: string
  jar: string
}

const FOLDERS = ['/usr/lib/jvm/java-*/bin', '/usr/lib/jvm/*/bin', '/opt/homebrew/opt/openjdk*/bin']
/** Debian's and Ubuntu's place. Another one: H2_JAR. */
const JAR = '/usr/share/java/h2.jar'

/** A JDK (a JRE cannot run source files) and H2; in CI they are installed now. */
export async function findJavaAndH2(): Promise<JavaAndH2> {
  const missing = 'The Oracle tests need a JDK 17 and H2: apt-get install openjdk-17-jdk-headless libh2-java (or set H2_JAR).'
  const found = find() ?? ((await installPackages('openjdk-17-jdk-headless', 'libh2-java')) ? find() : undefined)
  if (found === undefined) throw new Error(missing)
  return found
}

function find(): JavaAndH2 | undefined {
  const jar = process.env.H2_JAR ?? JAR
  const javac = findInstalled('javac', FOLDERS)
  if (javac === undefined || !existsSync(jar)) return undefined
  return { java: javac.replace(/javac$/, 'java'), jar }
}
