/** A SARIF 2.1.0 document, as far as we write it. */
export interface SarifLog {
  readonly $schema: string
  readonly version: '2.1.0'
  readonly runs: readonly SarifRun[]
}

export interface SarifRun {
  readonly tool: { readonly driver: SarifDriver }
  readonly automationDetails: { readonly id: string }
  readonly invocations: readonly SarifInvocation[]
  readonly columnKind: 'utf16CodeUnits'
  readonly results: readonly SarifResult[]
}

export interface SarifDriver {
  readonly name: string
  readonly version: string
  readonly informationUri: string
  readonly rules: readonly SarifRule[]
  readonly properties: Readonly<Record<string, string>>
}

export interface SarifInvocation {
  readonly executionSuccessful: true
  readonly toolExecutionNotifications: readonly {
    readonly level: 'warning'
    readonly message: SarifText
  }[]
}

export interface SarifText {
  readonly text: string
  readonly markdown?: string
}

export interface SarifRule {
  readonly id: string
  readonly name: string
  readonly shortDescription: SarifText
  readonly fullDescription: SarifText
  readonly help: SarifText
  readonly helpUri?: string
  readonly defaultConfiguration: { readonly level: SarifLevel }
  readonly properties: {
    readonly tags: readonly string[]
    readonly precision: 'very-high'
    /** 0.1 to 10.0, by which GitHub sorts. */
    readonly 'security-severity': string
  }
}

export type SarifLevel = 'error' | 'warning' | 'note'

export interface SarifResult {
  readonly ruleId: string
  readonly ruleIndex: number
  readonly level: SarifLevel
  readonly message: SarifText
  readonly locations: readonly [SarifLocation]
  readonly partialFingerprints: Readonly<Record<string, string>>
  readonly properties: Readonly<Record<string, unknown>>
}

export interface SarifLocation {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string; readonly uriBaseId: '%SRCROOT%' }
    readonly region: { readonly startLine: number; readonly startColumn?: number }
  }
}
