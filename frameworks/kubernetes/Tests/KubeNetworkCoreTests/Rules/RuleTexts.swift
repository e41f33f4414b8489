/// Whole texts as they go to `iptables-restore`.
enum RuleTexts {
    static let kernelFrame = """
        *filter
        :KUBE-EXTERNAL-SERVICES - [0:0]
        :KUBE-FIREWALL - [0:0]
        :KUBE-FORWARD - [0:0]
        :KUBE-SERVICES - [0:0]
        -A KUBE-FIREWALL -m comment --comment "kubernetes firewall for dropping marked packets" \
        -m mark --mark 0x8000/0x8000 -j DROP
        -A KUBE-FIREWALL -m comment --comment "block incoming localnet connections" -d 127.0.0.0/8 ! -s 127.0.0.0/8 \
        -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP
        -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
        -A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT
        -A KUBE-FORWARD -s 10.0.0.0/16 -m comment --comment "kubernetes forwarding conntrack pod source rule" \
        -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
        -A KUBE-FORWARD -d 10.0.0.0/16 -m comment --comment "kubernetes forwarding conntrack pod destination rule" \
        -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
        -I INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" \
        -j KUBE-EXTERNAL-SERVICES
        -I FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" \
        -j KUBE-EXTERNAL-SERVICES
        -I FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -I OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -I FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
        -I OUTPUT -j KUBE-FIREWALL
        -I INPUT -j KUBE-FIREWALL
        COMMIT
        *nat
        :KUBE-MARK-DROP - [0:0]
        :KUBE-MARK-MASQ - [0:0]
        :KUBE-NODEPORTS - [0:0]
        :KUBE-POSTROUTING - [0:0]
        :KUBE-ROOST-PROXY - [0:0]
        :KUBE-SERVICES - [0:0]
        -A KUBE-MARK-DROP -j MARK --or-mark 0x8000
        -A KUBE-MARK-MASQ -j MARK --or-mark 0x4000
        -A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
        -A KUBE-POSTROUTING -j MARK --xor-mark 0x4000
        -A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" \
        -j MASQUERADE --random-fully
        -A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this \
        chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
        -I OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -I PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -I POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
        COMMIT

        """

    static let portalFrame = """
        *filter
        :KUBE-NODEPORT-NON-LOCAL - [0:0]
        -I INPUT -m comment --comment "Ensure that non-local NodePort traffic can flow" -m conntrack --ctstate NEW \
        -j KUBE-NODEPORT-NON-LOCAL
        COMMIT
        *nat
        :KUBE-NODEPORT-CONTAINER - [0:0]
        :KUBE-NODEPORT-HOST - [0:0]
        :KUBE-PORTALS-CONTAINER - [0:0]
        :KUBE-PORTALS-HOST - [0:0]
        :KUBE-ROOST-PROXY - [0:0]
        -I OUTPUT -m comment --comment "handle ClusterIPs; NOTE: this must be before the NodePort rules" \
        -j KUBE-PORTALS-HOST
        -A OUTPUT -m addrtype --dst-type LOCAL -m comment --comment "handle service NodePorts; NOTE: this must be the \
        last rule in the chain" -j KUBE-NODEPORT-HOST
        -I PREROUTING -m comment --comment "handle ClusterIPs; NOTE: this must be before the NodePort rules" \
        -j KUBE-PORTALS-CONTAINER
        -A PREROUTING -m addrtype --dst-type LOCAL -m comment --comment "handle service NodePorts; NOTE: this must be \
        the last rule in the chain" -j KUBE-NODEPORT-CONTAINER
        COMMIT

        """
}
