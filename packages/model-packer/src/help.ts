import { VERSION } from './version.ts';

export const HELP = `Makes the weights of a model available to a cluster, without a daemon and without root.

  npm run model -- pack --file FILE.gguf --to NAME:TAG
      An OCI artifact that holds the file as it is. The inference server fetches it by itself: --model oci://NAME:TAG

  npm run model -- bake --file FILE.gguf --image NAME:TAG
      A container image: the inference server with the file in /models, and MODEL set to it. Nodes fetch it as they
      fetch any image; the server needs no arguments.

NAME is a repository at a registry (registry.example.com/team/phi-3), or a folder (./out: an OCI image layout, which
buildah, skopeo and podman read as oci:./out:TAG), or kaito.local/…, which lies in dist/images/oci.

Flags of bake
  --base NAME:TAG      the image below the weights (default kaito.local/inference-server:${VERSION}, which
                       npm run images makes)
  --platform OS/ARCH   which one of a base for several platforms (default linux/amd64)

Examples
  # to a registry on this machine
  npm run model -- pack --file phi-3-mini-q4.gguf --to localhost:5000/models/phi-3-mini:q4
  node packages/inference-server/src/main.ts --model oci://localhost:5000/models/phi-3-mini:q4

  # an image for a cluster, on the image that a release has published
  npm run model -- bake --file phi-3-mini-q4.gguf --base registry.example.com/kaito/inference-server:${VERSION} \\
    --image registry.example.com/team/phi-3-mini:q4

  # to a file first, and then with any tool to wherever it shall go
  npm run model -- bake --file phi-3-mini-q4.gguf --image ./out:q4
  skopeo copy oci:./out:q4 docker://registry.example.com/team/phi-3-mini:q4

Environment
  DOCKER_CONFIG  folder of the config.json with the accounts at registries (default ~/.docker), as docker, podman,
                 crane and helm write it when they log in
`;
