extension KubeSchemas {
    /// Services and endpoints.
    static let services = #"""
        type core.v1.Service kind=v1 | A name and an address for a set of pods.
          metadata meta.v1.ObjectMeta | Name, labels, annotations and the server's notes.
          spec core.v1.ServiceSpec | What it offers and which pods stand behind it.
          status core.v1.ServiceStatus | What the cluster made of it.

        type core.v1.ServiceSpec | What a service offers.
          ports [core.v1.ServicePort] merge=port list=map:port,protocol | The ports it offers.
          selector {string} | Labels of the pods behind it; without it, endpoints are written by hand.
          clusterIP string | Its address; None for a service without one.
          clusterIPs [string] list=atomic | Its addresses, one for each family.
          type string default=ClusterIP enum=ClusterIP,NodePort,LoadBalancer,ExternalName | How it is reached.
          externalIPs [string] list=atomic | Further addresses at which nodes accept its traffic.
          sessionAffinity string default=None enum=None,ClientIP | Whether a client stays with one pod.
          loadBalancerIP string | The address wished of the load balancer.
          loadBalancerSourceRanges [string] list=atomic | Clients the load balancer lets through.
          externalName string | The name it stands for, for type ExternalName.
          externalTrafficPolicy string | Whether outside traffic stays on the node it arrived at.
          healthCheckNodePort int32 | The port of load balancers' health checks.
          publishNotReadyAddresses bool | Whether pods count before they are ready.
          sessionAffinityConfig core.v1.SessionAffinityConfig? | Details of sessionAffinity.
          topologyKeys [string] list=atomic | Where to prefer endpoints; no longer used.
          ipFamilies [string] list=atomic | Its address families.
          ipFamilyPolicy string? | Whether it has one family or two.
          allocateLoadBalancerNodePorts bool? | Whether a load balancer's ports get node ports.
          loadBalancerClass string? | The implementation of load balancer.
          internalTrafficPolicy string? | Whether inside traffic stays on its node.
          trafficDistribution string? | Which endpoints are preferred.

        type core.v1.ServiceStatus | What the cluster made of a service.
          loadBalancer core.v1.LoadBalancerStatus | The load balancer, if it has one.
          conditions [meta.v1.Condition] merge=type list=map:type | The latest observations of its state.

        type core.v1.ServicePort | A port that a service offers.
          name string | Its name; required when there are several.
          protocol string default=TCP enum=TCP,UDP,SCTP | Its protocol.
          appProtocol string? | The protocol spoken over it.
          port int32 required | Its number.
          targetPort IntOrString | The port of the pods, by number or name.
          nodePort int32 | The port at which every node accepts it.

        type core.v1.SessionAffinityConfig | Details of session affinity.
          clientIP core.v1.ClientIPConfig? | Details of affinity by client address.

        type core.v1.ClientIPConfig | Session affinity by client address.
          timeoutSeconds int32? | Seconds a client stays with a pod.

        type core.v1.LoadBalancerStatus | The state of a load balancer.
          ingress [core.v1.LoadBalancerIngress] list=atomic | Where it accepts traffic.

        type core.v1.LoadBalancerIngress | Where a load balancer accepts traffic.
          ip string | The address.
          hostname string | The name.
          ipMode string? | Whether the address is the balancer's own or handed on.
          ports [core.v1.PortStatus] list=atomic | The state of its ports.

        type core.v1.PortStatus | The state of a load balancer's port.
          port int32 required | The port.
          protocol string required | Its protocol.
          error string? | What is wrong with it.

        type core.v1.Endpoints kind=v1 | The addresses behind a service.
          metadata meta.v1.ObjectMeta | Name, labels, annotations and the server's notes.
          subsets [core.v1.EndpointSubset] list=atomic | Groups of addresses that offer the same ports.

        type core.v1.EndpointSubset | Addresses that offer the same ports.
          addresses [core.v1.EndpointAddress] list=atomic | Addresses that are ready.
          notReadyAddresses [core.v1.EndpointAddress] list=atomic | Addresses that are not.
          ports [core.v1.EndpointPort] list=atomic | The ports they offer.

        type core.v1.EndpointAddress | An address behind a service.
          ip string required | The address.
          hostname string | Its host name.
          nodeName string? | The node it is on.
          targetRef core.v1.ObjectReference? | The object it belongs to, usually a pod.

        type core.v1.EndpointPort | A port that addresses offer.
          name string | Its name, as the service names it.
          port int32 required | Its number.
          protocol string default=TCP enum=TCP,UDP,SCTP | Its protocol.
          appProtocol string? | The protocol spoken over it.
        """#
}
