// Exports which guardrails the gateway's keys have, and stops while one of them has none.
package main

import (
	"fmt"

	"example.com/pulumi-guardrails/sdk/go/guardrails"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		// Every key of that name: after a rotation there are two, and the new one may have no guardrail yet.
		listed, err := guardrails.GetKeys(ctx, &guardrails.GetKeysArgs{KeyNames: []string{"prod-gateway"}})
		if err != nil {
			return err
		}
		assigned := pulumi.StringArray{}
		for _, key := range listed.Keys {
			if key.State != "active" {
				continue
			}
			if key.GuardrailId == nil {
				return fmt.Errorf("a key without a guardrail: %s", key.Label)
			}
			assigned = append(assigned, pulumi.String(*key.GuardrailId))
		}
		if len(assigned) == 0 {
			return fmt.Errorf("the account has no key prod-gateway in use")
		}

		// Kept in the state, and evidence for the policy pack.
		evidence, err := guardrails.NewKeyAssignments(ctx, "key-assignments", nil)
		if err != nil {
			return err
		}
		ctx.Export("guardrails", assigned)
		ctx.Export("total", evidence.TotalCount)
		return nil
	})
}
