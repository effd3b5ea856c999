#!/bin/sh
# The buckets, each with an account of its name that owns it and no other; safe to repeat. A changed secret takes effect.
set -eu

ADMIN_ACCESS_KEY=admin
ADMIN_SECRET_KEY=$(cat "$SECRETS_DIR/store_admin")
ADMIN_ENDPOINT_URL=$S3_ENDPOINT
export ADMIN_ACCESS_KEY ADMIN_SECRET_KEY ADMIN_ENDPOINT_URL

for bucket in documents checkpoints; do
  secret=$(cat "$SECRETS_DIR/${bucket}_secret_key")
  if versitygw admin list-users | grep -q "^$bucket "; then
    versitygw admin update-user --access "$bucket" --secret "$secret"
  else
    versitygw admin create-user --access "$bucket" --secret "$secret" --role user
  fi
  versitygw admin list-buckets | grep -q "^$bucket " || versitygw admin create-bucket --owner "$bucket" --bucket "$bucket"
done
