internal import Containers

/// How images are named in a container's status.
enum ImageReference {
    /// The scheme of images that a registry knows.
    static let pullable = "docker-pullable://"
    /// The scheme of images and containers.
    static let scheme = "docker://"

    /// `docker-pullable://REPOSITORY@DIGEST` with the digest of the repository the image was named by, else of the
    /// first; `docker://ID` for an image that no registry has.
    static func status(_ id: String, image: String, digests: [String]) -> String {
        let repository = DockerImageName(image).repository
        let own = digests.first { digest in
            let name = DockerImageName(digest).repository
            return name == repository || "docker.io/" + name == repository || "docker.io/library/" + name == repository
        }
        return (own ?? digests.first).map { pullable + $0 } ?? scheme + id
    }
}
