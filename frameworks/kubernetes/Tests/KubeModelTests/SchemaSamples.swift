/// Documents in canonical form, each with its type (spec `kubernetes/11`).
enum SchemaSamples {
    static let canonical: [(String, String)] = [
        (
            "core.v1.Pod",
            #"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web-1","namespace":"default","uid":"01a486bd"#
                + #"-8baa-4dd4-89eb-c4a7970ed2aa","resourceVersion":"1001","creationTimestamp":"2024-01-02T03:04:05Z"#
                + #"","labels":{"app":"web"}},"spec":{"containers":[{"name":"c","image":"nginx","ports":[{"container"#
                + #"Port":80,"protocol":"TCP"}],"resources":{},"terminationMessagePath":"/dev/termination-log","term"#
                + #"inationMessagePolicy":"File","imagePullPolicy":"Always"}],"restartPolicy":"Always","terminationG"#
                + #"racePeriodSeconds":30,"dnsPolicy":"ClusterFirst","nodeName":"agent1","securityContext":{},"sched"#
                + #"ulerName":"default-scheduler","enableServiceLinks":true},"status":{"phase":"Running","conditions"#
                + #"":[{"type":"Ready","status":"True","lastProbeTime":null,"lastTransitionTime":"2024-01-02T03:04:0"#
                + #"5Z"}],"hostIP":"10.0.0.5","podIP":"172.17.0.2","podIPs":[{"ip":"172.17.0.2"}],"startTime":"2024-"#
                + #"01-02T03:04:05Z","containerStatuses":[{"name":"c","state":{"running":{"startedAt":"2024-01-02T03"#
                + #":04:05Z"}},"lastState":{},"ready":true,"restartCount":0,"image":"nginx:latest","imageID":"","con"#
                + #"tainerID":"docker://abc","started":true}],"qosClass":"BestEffort"}}"#
        ),
        (
            "core.v1.Node",
            #"{"kind":"Node","apiVersion":"v1","metadata":{"name":"agent1","uid":"01a486bd-8baa-4dd4-89eb-c4a7"#
                + #"970ed2aa","resourceVersion":"1002","creationTimestamp":"2024-01-02T03:04:05Z","labels":{"kuberne"#
                + #"tes.io/hostname":"agent1"}},"spec":{},"status":{"capacity":{"cpu":"4","memory":"8Gi","pods":"110"#
                + #""},"allocatable":{"cpu":"4","memory":"8Gi","pods":"110"},"conditions":[{"type":"Ready","status":"#
                + #""True","lastHeartbeatTime":"2024-01-02T03:04:05Z","lastTransitionTime":"2024-01-02T03:04:05Z","r"#
                + #"eason":"KubeletReady","message":"kubelet is posting ready status"}],"addresses":[{"type":"Intern"#
                + #"alIP","address":"10.0.0.5"},{"type":"Hostname","address":"agent1"}],"daemonEndpoints":{"kubeletE"#
                + #"ndpoint":{"Port":10250}},"nodeInfo":{"machineID":"","systemUUID":"","bootID":"","kernelVersion":"#
                + #""6.1","osImage":"Debian","containerRuntimeVersion":"docker://24","kubeletVersion":"v1.20.2","kub"#
                + #"eProxyVersion":"v1.20.2","operatingSystem":"linux","architecture":"amd64"}}}"#
        ),
        (
            "core.v1.Service",
            #"{"kind":"Service","apiVersion":"v1","metadata":{"name":"web","namespace":"default","uid":"01a486"#
                + #"bd-8baa-4dd4-89eb-c4a7970ed2aa","resourceVersion":"1004","creationTimestamp":"2024-01-02T03:04:0"#
                + #"5Z"},"spec":{"ports":[{"protocol":"TCP","port":80,"targetPort":8080}],"selector":{"app":"web"},""#
                + #"clusterIP":"10.10.10.7","type":"ClusterIP","sessionAffinity":"None"},"status":{"loadBalancer":{}"#
                + #"}}"#
        ),
        (
            "core.v1.Endpoints",
            #"{"kind":"Endpoints","apiVersion":"v1","metadata":{"name":"kubernetes","namespace":"default","uid"#
                + #"":"01a486bd-8baa-4dd4-89eb-c4a7970ed2aa","resourceVersion":"1005","creationTimestamp":"2024-01-0"#
                + #"2T03:04:05Z"},"subsets":[{"addresses":[{"ip":"10.0.0.1"}],"ports":[{"name":"https","port":6443,""#
                + #"protocol":"TCP"}]}]}"#
        ),
        (
            "core.v1.Event",
            #"{"kind":"Event","apiVersion":"v1","metadata":{"name":"web-1.17a6f0c3d2e1b4f0","namespace":"defau"#
                + #"lt","uid":"01a486bd-8baa-4dd4-89eb-c4a7970ed2aa","resourceVersion":"1006","creationTimestamp":"2"#
                + #"024-01-02T03:04:05Z"},"involvedObject":{"kind":"Pod","namespace":"default","name":"web-1","uid":"#
                + #""01a486bd-8baa-4dd4-89eb-c4a7970ed2aa","apiVersion":"v1","resourceVersion":"1000","fieldPath":"s"#
                + #"pec.containers{c}"},"reason":"Started","message":"Started container c","source":{"component":"ku"#
                + #"belet","host":"agent1"},"firstTimestamp":"2024-01-02T03:04:05Z","lastTimestamp":"2024-01-02T03:0"#
                + #"4:05Z","count":1,"type":"Normal","eventTime":null,"reportingComponent":"","reportingInstance":"""#
                + #"}"#
        ),
        (
            "autoscaling.v1.Scale",
            #"{"kind":"Scale","apiVersion":"autoscaling/v1","metadata":{"name":"web","namespace":"default","ui"#
                + #"d":"01a486bd-8baa-4dd4-89eb-c4a7970ed2aa","resourceVersion":"1007","creationTimestamp":"2024-01-"#
                + #"02T03:04:05Z"},"spec":{"replicas":2},"status":{"replicas":2,"selector":"app=web"}}"#
        ),
        (
            "coordination.v1.Lease",
            #"{"kind":"Lease","apiVersion":"coordination.k8s.io/v1","metadata":{"name":"agent1","namespace":"k"#
                + #"ube-node-lease","uid":"01a486bd-8baa-4dd4-89eb-c4a7970ed2aa","resourceVersion":"1008","creationT"#
                + #"imestamp":"2024-01-02T03:04:05Z"},"spec":{"holderIdentity":"agent1","leaseDurationSeconds":40,"r"#
                + #"enewTime":"2024-01-02T03:04:05.000000Z"}}"#
        ),
        (
            "meta.v1.Status",
            #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"deployments.apps "#
                + #"\"x\" not found","reason":"NotFound","details":{"name":"x","group":"apps","kind":"deployments"},"#
                + #""code":404}"#
        ),
        (
            "meta.v1.Status",
            #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Service \"a\" is "#
                + #"invalid: spec.ports: Required value","reason":"Invalid","details":{"name":"a","kind":"Service",""#
                + #"causes":[{"reason":"FieldValueRequired","message":"Required value","field":"spec.ports"}]},"code"#
                + #"":422}"#
        ),
        (
            "meta.v1.Status",
            #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Success","details":{"name":"web","gro"#
                + #"up":"apps","kind":"deployments","uid":"01a486bd-8baa-4dd4-89eb-c4a7970ed2aa"}}"#
        ),
    ]
}
