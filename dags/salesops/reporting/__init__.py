"""Reports: context, charts, rendering, outbox and delivery."""
