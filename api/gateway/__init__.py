"""What sensor gateways send: events, and the contract they are sent by."""
