/** Short names for the generated shapes. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Me = Schemas["Me"];
export type ProjectRef = Schemas["ProjectRef"];
export type TraceRow = Schemas["TraceRow"];
export type SpanRow = Schemas["SpanRow"];
export type SpanDetail = Schemas["SpanDetail"];
export type TraceDetail = Schemas["TraceDetail"];
export type Message = Schemas["Message"];
export type Part = Schemas["Part"];
export type ScoreRow = Schemas["ScoreRow"];
export type SessionRow = Schemas["SessionRow"];
export type SessionDetail = Schemas["SessionDetail"];
export type Turn = Schemas["Turn"];
export type UserRow = Schemas["UserRow"];
export type Facet = Schemas["Facet"];
export type Suggestions = Schemas["Suggestions"];
export type ChartQuestion = Schemas["ChartQuestion"];
export type ChartAnswer = Schemas["ChartAnswer"];
export type IngestHealth = Schemas["IngestHealth"];
export type IngestCount = Schemas["IngestCount"];
export type RejectedItem = Schemas["RejectedItem"];
export type ApiKey = Schemas["ApiKey"];
export type NewApiKey = Schemas["NewApiKey"];
export type CreatedApiKey = Schemas["CreatedApiKey"];
export type Price = Schemas["Price"];
export type PriceOverride = Schemas["PriceOverride"];
export type SeenModel = Schemas["SeenModel"];
export type Onboarding = Schemas["Onboarding"];
export type ErrorAnswer = Schemas["ErrorAnswer"];
export type Dashboard = Schemas["Dashboard"];
export type DashboardRow = Schemas["DashboardRow"];
export type DashboardChange = Schemas["DashboardChange"];
export type Widget = Schemas["Widget"];
export type WidgetQuestion = Schemas["WidgetQuestion"];
export type MeasureKind = Schemas["MeasureKind"];
