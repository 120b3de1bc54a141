module guardrails-go

go 1.25

require (
	example.com/pulumi-guardrails/sdk/go v0.0.0
	github.com/pulumi/pulumi/sdk/v3 v3.256.0
)

// pulumi install generates it.
replace example.com/pulumi-guardrails/sdk/go => ./sdks/guardrails
