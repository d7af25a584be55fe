"""Makes the repository in this folder with the reference implementation.

Run it with python-tuf and securesystemslib[crypto] installed; the folders metadata/ and targets/
beside it are replaced. The keys are thrown away, so a change means a new repository as a whole.
"""

import hashlib
import os
import shutil
from datetime import datetime, timezone
from urllib import parse

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    SuccinctRoles,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.api.serialization.json import JSONSerializer

HERE = os.path.dirname(os.path.abspath(__file__))
EXPIRES = datetime(2099, 1, 1, tzinfo=timezone.utc)
ODD_NAME = "../odd ?#ä"

for folder in ("metadata", "targets"):
    shutil.rmtree(os.path.join(HERE, folder), ignore_errors=True)
    os.makedirs(os.path.join(HERE, folder))


def write(role, metadata, signers, prefixed=True):
    metadata.signatures.clear()
    for signer in signers:
        metadata.sign(signer, append=True)
    data = metadata.to_bytes(JSONSerializer(compact=role != "snapshot"))
    name = parse.quote(role, "") + ".json"
    if prefixed:
        name = f"{metadata.signed.version}.{name}"
    with open(os.path.join(HERE, "metadata", name), "wb") as file:
        file.write(data)
    return MetaFile(
        metadata.signed.version,
        len(data),
        {"sha256": hashlib.sha256(data).hexdigest(), "sha512": hashlib.sha512(data).hexdigest()},
    )


def add_target(targets, path, content):
    target = TargetFile.from_data(path, content, ["sha256"])
    target.unrecognized_fields["custom"] = {"text": "ä\n\t\"\\\u2028", "number": -1}
    targets.targets[path] = target
    folder, name = os.path.split(path)
    os.makedirs(os.path.join(HERE, "targets", folder), exist_ok=True)
    with open(
        os.path.join(HERE, "targets", folder, f"{target.hashes['sha256']}.{name}"), "wb"
    ) as file:
        file.write(content)


root_signers = [CryptoSigner.generate_ed25519(), CryptoSigner.generate_ecdsa()]
timestamp_signer = CryptoSigner.generate_ecdsa()
snapshot_signer = CryptoSigner.generate_rsa()
targets_signer = CryptoSigner.generate_ed25519()
stable_signer = CryptoSigner.generate_ecdsa()
bins_signer = CryptoSigner.generate_ed25519()

root = Root(expires=EXPIRES, consistent_snapshot=True)
for signer in root_signers:
    root.add_key(signer.public_key, Root.type)
root.roles[Root.type].threshold = 2
root.add_key(timestamp_signer.public_key, Timestamp.type)
root.add_key(snapshot_signer.public_key, Snapshot.type)
root.add_key(targets_signer.public_key, Targets.type)
root.unrecognized_fields["x-comment"] = {"\U0001f600": 1, "\uffee": [None, True, "\x7f\u0001"]}
write("root", Metadata(root), root_signers)

new_signer = CryptoSigner.generate_rsa()
root.version = 2
root.revoke_key(root_signers[0].public_key.keyid, Root.type)
root.add_key(new_signer.public_key, Root.type)
write("root", Metadata(root), [*root_signers, new_signer])

stable = Targets(expires=EXPIRES)
add_target(stable, "stable/backend/backend-1.0.0.txt", b"stable backend")
odd = Targets(expires=EXPIRES)
add_target(odd, "odd/file.txt", b"odd")
succinct = SuccinctRoles([], 1, 3, "bin")
bins = {name: Targets(expires=EXPIRES) for name in succinct.get_roles()}
for number in range(20):
    path = f"many/file-{number}.txt"
    add_target(bins[succinct.get_role_for_target(path)], path, f"file {number}".encode())
many = Targets(expires=EXPIRES, delegations=Delegations({}, succinct_roles=succinct))
many.add_key(bins_signer.public_key)

targets = Targets(
    expires=EXPIRES,
    delegations=Delegations(
        {},
        {
            "stable": DelegatedRole("stable", [], 1, True, ["stable/*/*"]),
            ODD_NAME: DelegatedRole(ODD_NAME, [], 1, False, ["odd/*"]),
            "many": DelegatedRole("many", [], 1, False, ["many/*"]),
        },
    ),
)
add_target(targets, "top.txt", b"top")
targets.add_key(stable_signer.public_key, "stable")
targets.add_key(stable_signer.public_key, ODD_NAME)
targets.add_key(bins_signer.public_key, "many")

meta = {"targets.json": write("targets", Metadata(targets), [targets_signer])}
meta["stable.json"] = write("stable", Metadata(stable), [stable_signer])
meta[f"{ODD_NAME}.json"] = write(ODD_NAME, Metadata(odd), [stable_signer])
meta["many.json"] = write("many", Metadata(many), [bins_signer])
for name, document in bins.items():
    meta[f"{name}.json"] = write(name, Metadata(document), [bins_signer])
described = write("snapshot", Metadata(Snapshot(expires=EXPIRES, meta=meta)), [snapshot_signer])
timestamp = Timestamp(expires=EXPIRES, snapshot_meta=described)
write("timestamp", Metadata(timestamp), [timestamp_signer], prefixed=False)
