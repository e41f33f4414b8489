extension KubeSchemas {
    /// Containers and what belongs to them.
    static let containers = #"""
        type core.v1.Container | One program of a pod, run from an image.
          name string required | The name, unique within the pod.
          image string | The image.
          command [string] list=atomic | The program and first arguments, in place of the image's entry point.
          args [string] list=atomic | The arguments, in place of the image's.
          workingDir string | The directory it starts in.
          ports [core.v1.ContainerPort] merge=containerPort list=map:containerPort,protocol | Ports it listens at.
          envFrom [core.v1.EnvFromSource] list=atomic | Sources of environment variables.
          env [core.v1.EnvVar] merge=name list=map:name | Environment variables.
          resources core.v1.ResourceRequirements | The resources it gets.
          resizePolicy [core.v1.ContainerResizePolicy] list=atomic | What a change of resources does to it.
          restartPolicy string? | When it is started again, where it differs from the pod.
          restartPolicyRules [core.v1.ContainerRestartRule] list=atomic | When it is started again, by exit code.
          volumeMounts [core.v1.VolumeMount] merge=mountPath list=map:mountPath | Volumes and where they appear.
          volumeDevices [core.v1.VolumeDevice] merge=devicePath list=map:devicePath | Block devices and where they
            | appear.
          livenessProbe core.v1.Probe? | The check whose failure gets it started again.
          readinessProbe core.v1.Probe? | The check that decides whether it gets traffic.
          startupProbe core.v1.Probe? | The check that must pass before the others begin.
          lifecycle core.v1.Lifecycle? | What runs after its start and before its end.
          terminationMessagePath string default=/dev/termination-log | The file its last words are read from.
          terminationMessagePolicy string default=File enum=File,FallbackToLogsOnError | What counts as its last
            | words.
          imagePullPolicy string enum=Always,IfNotPresent,Never | When the image is pulled.
          securityContext core.v1.SecurityContext? | Its privileges, over the pod's.
          stdin bool | Whether it has a standard input.
          stdinOnce bool | Whether standard input closes after the first client.
          tty bool | Whether it has a terminal.

        type core.v1.EphemeralContainer like=core.v1.Container | A container added to a running pod for debugging.
          targetContainerName string | The container whose processes it should see.

        type core.v1.ContainerPort | A port that a container listens at.
          name string | Its name, unique within the pod; services may refer to it.
          hostPort int32 | The port of the node that leads to it.
          containerPort int32 required | Its number.
          protocol string default=TCP enum=TCP,UDP,SCTP | Its protocol.
          hostIP string | The address of the node that leads to it.

        type core.v1.EnvFromSource | A source of environment variables.
          prefix string | What to put before each name.
          configMapRef core.v1.ConfigMapEnvSource? | A config map.
          secretRef core.v1.SecretEnvSource? | A secret.

        type core.v1.EnvVar | An environment variable.
          name string required | The name.
          value string | Its value; $(NAME) stands for variables before it.
          valueFrom core.v1.EnvVarSource? | Where its value comes from.

        type core.v1.ContainerResizePolicy | What a change of a resource does to a container.
          resourceName string required | The resource.
          restartPolicy string required | NotRequired or RestartContainer.

        type core.v1.ContainerRestartRule | When a container is started again.
          action string required | What is done.
          exitCodes core.v1.ContainerRestartRuleOnExitCodes? | Exit codes it is for.

        type core.v1.ContainerRestartRuleOnExitCodes | Exit codes of a container.
          operator string required | In or NotIn.
          values [int32] list=set | The exit codes.

        type core.v1.VolumeMount | Where a volume appears in a container.
          name string required | The volume.
          readOnly bool | Whether the volume is mounted for reading only.
          recursiveReadOnly string? | Whether mounts below are for reading only too.
          mountPath string required | The path it appears at.
          subPath string | The path within the volume; its root when empty.
          mountPropagation string? | Whether mounts pass between node and container.
          subPathExpr string | As subPath, with environment variables filled in.
          bindMountOptions [string] list=set | Further mount options.

        type core.v1.VolumeDevice | Where a block device appears in a container.
          name string required | The volume.
          devicePath string required | The path it appears at.

        type core.v1.Probe | A check of a container.
          exec core.v1.ExecAction? | A command that must exit with 0.
          httpGet core.v1.HTTPGetAction? | A URL that must answer 2xx or 3xx.
          tcpSocket core.v1.TCPSocketAction? | A port that must accept connections.
          grpc core.v1.GRPCAction? | A gRPC service that must be healthy.
          initialDelaySeconds int32 | Seconds before the first check.
          timeoutSeconds int32 default=1 | Seconds a check may take.
          periodSeconds int32 default=10 | Seconds between checks.
          successThreshold int32 default=1 | Successes in a row that count as success.
          failureThreshold int32 default=3 | Failures in a row that count as failure.
          terminationGracePeriodSeconds int64? | Seconds between the wish to stop and the kill, after a failure.

        type core.v1.Lifecycle | What runs at the beginning and end of a container.
          postStart core.v1.LifecycleHandler? | What runs right after the container started.
          preStop core.v1.LifecycleHandler? | What runs before the container is stopped.
          stopSignal string? | The signal that stops it.

        type core.v1.SecurityContext | Privileges of a container.
          capabilities core.v1.Capabilities? | Capabilities added and dropped.
          privileged bool? | Whether it has all rights on the node.
          seLinuxOptions core.v1.SELinuxOptions? | The SELinux context.
          windowsOptions core.v1.WindowsSecurityContextOptions? | Settings for Windows.
          runAsUser int64? | The user id that processes run as.
          runAsGroup int64? | The group id that processes run as.
          runAsNonRoot bool? | Whether running as root is refused.
          readOnlyRootFilesystem bool? | Whether its root file system is for reading only.
          allowPrivilegeEscalation bool? | Whether processes may gain rights.
          procMount string? | How /proc is mounted.
          seccompProfile core.v1.SeccompProfile? | The filter of system calls.
          appArmorProfile core.v1.AppArmorProfile? | The AppArmor profile.

        type core.v1.SELinuxOptions | An SELinux context.
          user string | The user.
          role string | The role.
          type string | The type.
          level string | The level.

        type core.v1.WindowsSecurityContextOptions | Privileges on Windows.
          gmsaCredentialSpecName string? | The name of the GMSA credential.
          gmsaCredentialSpec string? | The GMSA credential.
          runAsUserName string? | The user name that processes run as.
          hostProcess bool? | Whether it runs as a process of the host.

        type core.v1.SeccompProfile | A filter of system calls.
          type string required enum=Localhost,RuntimeDefault,Unconfined | Which one.
          localhostProfile string? | The file of a Localhost profile.

        type core.v1.AppArmorProfile | An AppArmor profile.
          type string required | Which one.
          localhostProfile string? | The name of a Localhost profile.

        type core.v1.ConfigMapEnvSource | A config map whose values become variables.
          name string | The config map.
          optional bool? | Whether it may be absent.

        type core.v1.SecretEnvSource | A secret whose values become variables.
          name string | The secret.
          optional bool? | Whether it may be absent.

        type core.v1.EnvVarSource | Where a variable's value comes from; one member must be given.
          fieldRef core.v1.ObjectFieldSelector? | A field of the pod.
          resourceFieldRef core.v1.ResourceFieldSelector? | A resource of a container.
          configMapKeyRef core.v1.ConfigMapKeySelector? | A key of a config map.
          secretKeyRef core.v1.SecretKeySelector? | A key of a secret.
          fileKeyRef core.v1.FileKeySelector? | A key of a file in a volume.

        type core.v1.ExecAction | A command to run in the container.
          command [string] list=atomic | Program and arguments; no shell.

        type core.v1.HTTPGetAction | A request to send.
          path string default=/ | The path.
          port IntOrString required | The port, by number or name.
          host string | The host; the pod's address when empty.
          scheme string default=HTTP enum=HTTP,HTTPS | The scheme.
          httpHeaders [core.v1.HTTPHeader] list=atomic | Headers to send.
          protocol string? | The version of HTTP to speak.

        type core.v1.TCPSocketAction | A connection to open.
          port IntOrString required | The port, by number or name.
          host string | The host; the pod's address when empty.

        type core.v1.GRPCAction | A gRPC health check.
          port int32 required | The port.
          service string? default= | The service to ask about.
          mode string? | How the connection is secured.

        type core.v1.LifecycleHandler | Something to do at a point in a container's life; one member must be given.
          exec core.v1.ExecAction? | A command to run.
          httpGet core.v1.HTTPGetAction? | A request to send.
          tcpSocket core.v1.TCPSocketAction? | No longer used.
          sleep core.v1.SleepAction? | A time to wait.

        type core.v1.Capabilities | Capabilities of a container.
          add [string] list=atomic | Capabilities added.
          drop [string] list=atomic | Capabilities dropped.

        type core.v1.ObjectFieldSelector | A field of the pod.
          apiVersion string default=v1 | The version fieldPath is written in.
          fieldPath string required | The field, such as metadata.name.

        type core.v1.ResourceFieldSelector | A resource of a container.
          containerName string | The container; its own in the environment.
          resource string required | The resource, such as limits.cpu.
          divisor Quantity | The unit it is shown in; 1 when 0.

        type core.v1.ConfigMapKeySelector | A key of a config map.
          name string | The config map.
          key string required | The key.
          optional bool? | Whether it may be absent.

        type core.v1.SecretKeySelector | A key of a secret.
          name string | The secret.
          key string required | The key.
          optional bool? | Whether it may be absent.

        type core.v1.FileKeySelector | A key of a file in a volume.
          volumeName string required | The volume.
          path string required | The file.
          key string required | The key.
          optional bool? default=false | Whether it may be absent.

        type core.v1.HTTPHeader | A header to send.
          name string required | The name.
          value string required | The value.

        type core.v1.SleepAction | A time to wait.
          seconds int64 required | How many seconds.

        type core.v1.ResourceRequirements | Resources that are needed and allowed.
          limits {Quantity} | The most it may use.
          requests {Quantity} | What is set aside for it.
          claims [core.v1.ResourceClaim] list=map:name | Claims of the pod that it uses.

        type core.v1.ResourceClaim | A claim that a container uses.
          name string required | The claim's name within the pod.
          request string | The request of the claim; all when empty.
        """#
}
